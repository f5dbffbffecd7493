using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class UpdateCommand
{
    internal static int Run(GlobalOptions global, ReadOnlySpan<string> args)
    {
        OptionParser options = new(args, "resources|r=", "memory=", "memory-reservation=", "memory-swap=", "cpu-share=", "cpu-quota=", "cpu-period=", "cpuset-cpus=",
            "cpuset-mems=", "pids-limit=", "blkio-weight=", "cpu-rt-period=", "cpu-rt-runtime=", "cpu-burst=", "cpu-idle=", "kernel-memory=", "kernel-memory-tcp=");
        ContainerState state = ContainerState.Load(global.Root, options.Id("update"));
        ContainerCgroup.At(state.CgroupPath).Update(options["resources"] is { } file ? Read(file) : FromOptions(options));
        return 0;
    }

    private static OciResources Read(string file) => InputFile.Read(file == "-" ? "/dev/stdin" : file, ResourcesReader.Read);

    private static OciResources FromOptions(OptionParser options) => new()
    {
        Memory = new OciMemory { Limit = Signed(options, "memory"), Reservation = Signed(options, "memory-reservation"), Swap = Signed(options, "memory-swap") },
        Cpu = new OciCpu
        {
            Shares = (ulong?)Signed(options, "cpu-share"),
            Quota = Signed(options, "cpu-quota"),
            Period = (ulong?)Signed(options, "cpu-period"),
            Burst = (ulong?)Signed(options, "cpu-burst"),
            Idle = Signed(options, "cpu-idle"),
            RealtimePeriod = (ulong?)Signed(options, "cpu-rt-period"),
            RealtimeRuntime = Signed(options, "cpu-rt-runtime"),
            Cpus = options["cpuset-cpus"],
            Mems = options["cpuset-mems"],
        },
        Pids = Signed(options, "pids-limit") is { } pids ? new OciPids { Limit = pids } : null,
        BlockIO = Signed(options, "blkio-weight") is { } weight ? new OciBlockIO { Weight = (ushort)weight } : null,
    };

    private static long? Signed(OptionParser options, string name) => options[name] is not { } text ? null
        : long.TryParse(text, out long number) ? number
        : throw GantryException.Invalid($"invalid value \"{text}\" for flag -{name}");
}
