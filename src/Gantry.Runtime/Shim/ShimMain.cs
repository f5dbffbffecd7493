using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime.Reading;
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
        bool ends = args is ["--end", ..];
        if (args.AsSpan(ends ? 1 : 0) is not ["--config", var path])
        {
            ShimLog.Write("usage: gantry-runtime shim [--end] --config FILE");
            return 2;
        }
        try
        {
            if (!ends) Supervisor.Become();
            int control = ends ? -1 : Supervisor.TakeControlDescriptor();
            string bundle = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
            ShimConfig config = ShimReader.Config(File.ReadAllBytes(path));
            ConfigFile spec = ConfigFile.Read(File.ReadAllBytes(Path.Combine(bundle, "config.json")));
            if (ends) return new Remains(config, path, bundle, spec.Spec).End();
            using ContainerShim shim = new(config, bundle, spec);
            return shim.Run(control);
        }
        catch (Exception e) when (e is GantryException or KernelException or IOException or UnauthorizedAccessException or JsonException)
        {
            ShimLog.Write(e.Message);
            return 1;
        }
    }
}
