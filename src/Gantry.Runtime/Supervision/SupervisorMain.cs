using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Supervision.Logs;
using Gantry.Runtime.Supervision.Reports;
using Gantry.Shim;
using Gantry.Shim.Wire;

namespace Gantry.Runtime.Supervision;

/// <summary><c>gantry-runtime shim --config shim.json</c>: supervises one container and outlives the daemon that started it. With
/// <c>--end</c>: see <see cref="Remains"/>.</summary>
internal static class SupervisorMain
{
    /// <param name="args">What follows <c>shim</c> on the command line.</param>
    public static int Run(string[] args)
    {
        try
        {
            switch (args)
            {
                case ["--config", var path]:
                    return Supervise(path);
                case ["--end", "--config", var path]:
                    (ShimConfig config, string bundle, ConfigFile spec) = Read(path);
                    return new Remains(config, path, bundle, spec.Spec).End();
                case ["--pack", var source, var target]:
                    return LogPack.Run(source, target);
                default:
                    SupervisorLog.Write("usage: gantry-runtime shim [--end] --config FILE");
                    return 2;
            }
        }
        catch (Exception e) when (Expected.Any(e))
        {
            SupervisorLog.Write(Failure.Text(e));
            return 1;
        }
    }

    private static int Supervise(string path)
    {
        Supervisor.Become();
        int control = Supervisor.TakeControlDescriptor();
        (ShimConfig config, string bundle, ConfigFile spec) = Read(path);
        using ContainerSupervisor supervisor = new(config, bundle, spec);
        return supervisor.Run(control);
    }

    private static (ShimConfig Config, string Bundle, ConfigFile Spec) Read(string path)
    {
        string bundle = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        ConfigFile spec = ConfigFile.Read(File.ReadAllBytes(Path.Combine(bundle, "config.json")));
        return (ShimReader.Config(File.ReadAllBytes(path)), bundle, spec);
    }
}
