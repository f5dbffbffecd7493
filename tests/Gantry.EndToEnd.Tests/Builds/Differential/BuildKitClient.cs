using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds.Differential;

/// <summary>A client with BuildKit's session in it, as up to version 20.10; later ones need a plugin for it.</summary>
internal static class BuildKitClient
{
    private static readonly Lazy<Task<string?>> Found = new(Look);

    /// <returns>Null when none is installed.</returns>
    public static Task<string?> Find() => Found.Value;

    private static async Task<string?> Look()
    {
        foreach (string directory in $"{Environment.GetEnvironmentVariable("PATH")}:/usr/bin".Split(':'))
        {
            string client = Path.Combine(directory, "docker");
            if (!File.Exists(client)) continue;
            Command.Result help = await Command.Run(client, ["build", "--help"], "",
                environment: new Dictionary<string, string?> { ["DOCKER_BUILDKIT"] = "1" });
            if (help.Output.Contains("--secret", StringComparison.Ordinal)) return client;
        }
        return null;
    }
}
