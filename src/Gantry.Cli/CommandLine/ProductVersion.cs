using System.Reflection;
using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>The version that this program was built as.</summary>
internal static class ProductVersion
{
    private static readonly string Full =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    public static string Text => Full.Split('+')[0];

    /// <summary>Short hash of the commit where the build knew it, else <c>unknown</c>.</summary>
    public static string Commit => Full.Split('+') is [_, { Length: >= 7 } hash] ? hash[..7] : "unknown";

    /// <summary>As scripts cut it up that look for <c>docker version 28.2.2, build e6534b4</c>.</summary>
    /// <param name="program">What this program is called as.</param>
    public static string Line(string program) =>
        program == "docker" ? $"Docker version {Text}, build {Commit} (Gantry)" : $"Gantry version {Text}, build {Commit}";
}
