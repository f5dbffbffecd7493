using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Shim.Logs;
using Gantry.Runtime.Shim.Reports;
using Gantry.Shim;
using Gantry.Shim.Wire;

namespace Gantry.Runtime.Shim;

/// <summary><c>gantry-runtime shim --config shim.json</c>: supervises one container and outlives the daemon that started it. With
/// <c>--end</c>: see <see cref="Remains"/>.</summary>
internal static class ShimMain
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
                    ShimLog.Write("usage: gantry-runtime shim [--end] --config FILE");
                    return 2;
            }
        }
        catch (Exception e) when (Expected.Any(e))
        {
            ShimLog.Write(Failure.Text(e));
            return 1;
        }
    }

    private static int Supervise(string path)
    {
        Supervisor.Become();
        int control = Supervisor.TakeControlDescriptor();
        (ShimConfig config, string bundle, ConfigFile spec) = Read(path);
        using ContainerShim shim = new(config, bundle, spec);
        return shim.Run(control);
    }

    private static (ShimConfig Config, string Bundle, ConfigFile Spec) Read(string path)
    {
        string bundle = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        ConfigFile spec = ConfigFile.Read(File.ReadAllBytes(Path.Combine(bundle, "config.json")));
        return (ShimReader.Config(File.ReadAllBytes(path)), bundle, spec);
    }
}
