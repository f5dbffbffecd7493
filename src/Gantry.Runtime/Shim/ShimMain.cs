using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime.Reading;
using Gantry.Shim;
using Gantry.Shim.Wire;

namespace Gantry.Runtime.Shim;

/// <summary><c>gantry-runtime shim --config shim.json</c>: supervises one container and outlives the daemon that started it.</summary>
internal static class ShimMain
{
    /// <param name="args">What follows <c>shim</c> on the command line.</param>
    internal static int Run(string[] args)
    {
        if (args is not ["--config", var path])
        {
            ShimLog.Write("usage: gantry-runtime shim --config FILE");
            return 2;
        }
        try
        {
            Supervisor.Become();
            int control = Supervisor.TakeControlDescriptor();
            string bundle = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
            ShimConfig config = ShimReader.Config(File.ReadAllBytes(path));
            ConfigFile spec = ConfigFile.Read(File.ReadAllBytes(Path.Combine(bundle, "config.json")));
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
