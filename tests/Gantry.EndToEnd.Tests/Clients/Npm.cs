using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Processes;
using Gantry.Tests.Shared;

namespace Gantry.EndToEnd.Clients;

/// <summary>Node modules, installed once into a cache that outlives the test run.</summary>
public static class Npm
{
    private static readonly SemaphoreSlim One = new(1);

    /// <returns>The module's directory; null when it cannot be had.</returns>
    public static async Task<string?> Install(string package, string version)
    {
        if (Programs.Find("node") is null || Programs.Find("npm") is null) return null;
        string directory = $"{TestCache.Root}/node-{package}-{version}", module = $"{directory}/node_modules/{package}";
        await One.WaitAsync();
        try
        {
            if (Directory.Exists(module)) return module;
            Directory.CreateDirectory(directory);
            string[] line = ["install", "--prefix", directory, "--no-audit", "--no-fund", $"{package}@{version}"];
            Command.Result result = await Command.Run("npm", line, "", TimeSpan.FromSeconds(120), Surroundings.Proxies);
            return result.Code == 0 ? module : null;
        }
        finally
        {
            One.Release();
        }
    }
}
