using System.Globalization;
using System.Reflection;

namespace Gantry;

/// <summary>The version that all programs of one build have.</summary>
public static class ProductVersion
{
    private static readonly string Full =
        // The program's own: libraries are not compiled anew for each commit.
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary><c>0.1.0</c></summary>
    public static string Text => Full.Split('+')[0];

    /// <summary>Short hash of the commit where the build knew it, else <c>unknown</c>.</summary>
    public static string Commit => Full.Split('+') is [_, { Length: >= 7 } hash] ? hash[..7] : "unknown";

    /// <summary>When this program's file was made, RFC 3339.</summary>
    public static string BuildTime => Environment.ProcessPath is string path
        ? File.GetLastWriteTimeUtc(path).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "";
}
