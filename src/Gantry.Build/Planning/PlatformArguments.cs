using System.Runtime.InteropServices;

namespace Gantry.Build.Planning;

/// <summary>What a Dockerfile can ask about where it is built, and for where.</summary>
internal static class PlatformArguments
{
    public static IReadOnlyDictionary<string, string> Of(BuildOptions options)
    {
        string host = $"linux/{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64")}";
        Dictionary<string, string> values = [];
        Add(values, "BUILD", host);
        Add(values, "TARGET", string.IsNullOrEmpty(options.Platform) ? host : options.Platform);
        values["TARGETSTAGE"] = options.Target.Length > 0 ? options.Target : "default";
        return values;
    }

    private static void Add(Dictionary<string, string> values, string prefix, string platform)
    {
        string[] parts = platform.Split('/');
        values[prefix + "PLATFORM"] = platform;
        values[prefix + "OS"] = parts[0];
        values[prefix + "ARCH"] = parts.ElementAtOrDefault(1) ?? "";
        values[prefix + "VARIANT"] = parts.ElementAtOrDefault(2) ?? "";
    }
}
