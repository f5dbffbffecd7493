using Gantry.Oci.Image;

namespace Gantry.Build.Planning;

/// <summary>What a Dockerfile can ask about where it is built, and for where.</summary>
public static class PlatformArguments
{
    public static IReadOnlyDictionary<string, string> Of(BuildOptions options)
    {
        Dictionary<string, string> values = [];
        Add(values, "BUILD", TargetPlatform.Host);
        Add(values, "TARGET", TargetPlatform.Parse(options.Platform));
        values["TARGETSTAGE"] = options.Target.Length > 0 ? options.Target : "default";
        return values;
    }

    private static void Add(Dictionary<string, string> values, string prefix, TargetPlatform platform)
    {
        values[prefix + "PLATFORM"] = platform.ToString();
        values[prefix + "OS"] = platform.Os;
        values[prefix + "ARCH"] = platform.Architecture;
        values[prefix + "VARIANT"] = platform.Variant;
    }
}
