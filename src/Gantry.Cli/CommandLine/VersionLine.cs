namespace Gantry.Cli.CommandLine;

/// <summary>What <c>--version</c> says.</summary>
internal static class VersionLine
{
    /// <summary>As scripts cut it up that look for <c>docker version 28.2.2, build e6534b4</c>.</summary>
    /// <param name="program">What this program is called as.</param>
    public static string Of(string program) => program == "docker"
        ? $"Docker version {ProductVersion.Text}, build {ProductVersion.Commit} (Gantry)"
        : $"Gantry version {ProductVersion.Text}, build {ProductVersion.Commit}";
}
