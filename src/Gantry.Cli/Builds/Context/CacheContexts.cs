using Gantry.Api.Builds;

namespace Gantry.Cli.Builds.Context;

/// <summary>Caches in directories, which go along as further contexts do.</summary>
internal static class CacheContexts
{
    /// <summary>No Dockerfile's word for a stage or an image.</summary>
    private const string Prefix = "cache:";

    /// <summary>Tells the request of them. One that is not there is done without: the first build has none.</summary>
    public static IReadOnlyList<(string Name, string Value)> Add(IEnumerable<string> directories, BuildRequest request, TextWriter error)
    {
        List<(string, string)> contexts = [];
        foreach (string directory in directories)
        {
            if (!Directory.Exists(directory))
            {
                error.Write($"WARNING: there is no cache in {directory}: no such directory\n");
                continue;
            }
            string name = $"{Prefix}{contexts.Count}";
            contexts.Add((name, directory));
            request.CacheImports.Add(new BuildCacheOption { Type = "local", Ref = name });
        }
        return contexts;
    }
}
