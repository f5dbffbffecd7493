using System.Globalization;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class UpdateCommand
{
    public static Command Command => new("update", "ID", "change the limits of a container; what is not given stays", Run,
        "resources|r=FILE  the spec's linux.resources as JSON, - for standard input; the other options are ignored then",
        "memory=BYTES  limit; a unit such as 512m may follow the number, -1 is unlimited",
        "memory-reservation=BYTES  what it keeps when memory is short",
        "memory-swap=BYTES  memory and swap together; -1 is unlimited",
        "cpu-share=N  weight among containers, 2 to 262144",
        "cpu-period=MICROSECONDS  in which the quota counts",
        "cpu-quota=MICROSECONDS  processor time in a period; -1 is unlimited",
        "cpu-burst=MICROSECONDS  unused quota that may be saved up",
        "cpu-idle=0|1  run only when nothing else wants to",
        "cpu-rt-period=MICROSECONDS  the same for realtime processes",
        "cpu-rt-runtime=MICROSECONDS  their processor time in a period",
        "cpuset-cpus=LIST  processors, such as 0-2,4",
        "cpuset-mems=LIST  memory nodes",
        "pids-limit=N  processes and threads; -1 is unlimited",
        "blkio-weight=N  weight of disk access, 10 to 1000",
        "kernel-memory=BYTES  ignored: kernels no longer limit it alone",
        "kernel-memory-tcp=BYTES  buffers of TCP sockets, cgroup v1 only",
        "l3-cache-schema=TEXT  Intel RDT: not supported",
        "mem-bw-schema=TEXT  Intel RDT: not supported");

    private static int Run(GlobalOptions global, OptionParser options)
    {
        ContainerState state = ContainerState.Load(global.Root, options.Id);
        if (state.Status(global.Root) == "stopped") throw GantryException.Conflict("cannot update a container that has stopped");
        state.Cgroup()
            .Update(options["resources"] is { } file ? InputFile.Read(file == "-" ? "/proc/self/fd/0" : file, ResourcesReader.Read)
            : FromOptions(options));
        return 0;
    }

    private static OciResources FromOptions(OptionParser options)
    {
        if ((options["l3-cache-schema"] ?? options["mem-bw-schema"]) is { Length: > 0 })
            throw GantryException.Unsupported("Intel RDT is not supported");
        return new OciResources
        {
            Memory = new OciMemory
            {
                Limit = Bytes(options, "memory"),
                Reservation = Bytes(options, "memory-reservation"),
                Swap = Bytes(options, "memory-swap"),
                KernelTCP = Bytes(options, "kernel-memory-tcp"),
            },
            Cpu = Cpu(options),
            Pids = Signed(options, "pids-limit") is { } pids and not 0 ? new OciPids { Limit = pids } : null,
            BlockIO = Unsigned(options, "blkio-weight") is { } weight and not 0
                ? new OciBlockIO { Weight = weight is >= 10 and <= 1000 ? (ushort)weight
                : throw Invalid("blkio-weight", weight.ToString(), "the range is 10 to 1000") }
                : null,
        };
    }

    private static OciCpu Cpu(OptionParser options) => new()
    {
        Shares = Unsigned(options, "cpu-share"),
        Quota = Signed(options, "cpu-quota"),
        Period = Unsigned(options, "cpu-period"),
        Burst = Unsigned(options, "cpu-burst"),
        Idle = Signed(options, "cpu-idle"),
        RealtimePeriod = Unsigned(options, "cpu-rt-period"),
        RealtimeRuntime = Signed(options, "cpu-rt-runtime"),
        Cpus = options["cpuset-cpus"],
        Mems = options["cpuset-mems"],
    };

    private static long? Signed(OptionParser options, string name) => options[name] is not { Length: > 0 } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number
        : throw Invalid(name, text, "a whole number is needed");

    private static ulong? Unsigned(OptionParser options, string name) => options[name] is not { Length: > 0 } text ? null
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number
        : throw Invalid(name, text, "a whole number is needed");

    // 512m, 2GiB, 1000000: in steps of 1024 whatever the unit's spelling, as runc takes them.
    private static long? Bytes(OptionParser options, string name)
    {
        if (options[name] is not { Length: > 0 } text) return null;
        if (text == "-1") return -1;
        return ByteSize.TryParse(text, out long bytes) ? bytes : throw Invalid(name, text, "a size is needed");
    }

    private static GantryException Invalid(string name, string text, string reason) =>
        GantryException.Invalid($"invalid value \"{text}\" for --{name}: {reason}");
}
