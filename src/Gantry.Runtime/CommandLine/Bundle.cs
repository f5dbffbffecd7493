using Gantry.Linux;
using Gantry.Oci.Runtime.Reading;

namespace Gantry.Runtime.CommandLine;

/// <summary>A directory with a <c>config.json</c>.</summary>
internal static class Bundle
{
    public const string ConfigName = "config.json";

    public static ConfigFile Load(string bundle)
    {
        string path = Path.Combine(bundle, ConfigName);
        try
        {
            return InputFile.Read(path, ConfigFile.Read);
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            throw GantryException.NotFound($"JSON specification file {ConfigName} not found in {bundle}");
        }
    }
}
