using System.Reflection;

namespace Gantry.Daemon;

/// <summary>The version of this program.</summary>
internal static class ProductVersion
{
    private static readonly string Full =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary><c>0.1.0</c></summary>
    public static readonly string Text = Full.Split('+')[0];

    /// <summary>Short hash of the commit where the build knew it, else <c>unknown</c>.</summary>
    public static readonly string Commit = Full.Split('+') is [_, { Length: >= 7 } hash] ? hash[..7] : "unknown";

    /// <summary>When the program's file was made, RFC 3339.</summary>
    public static string BuildTime =>
        Environment.ProcessPath is string path
            ? File.GetLastWriteTimeUtc(path).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) : "";
}
