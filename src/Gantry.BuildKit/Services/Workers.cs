using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.BuildKit.Protocol.WorkerApi;
using Gantry.BuildKit.Solving;

namespace Gantry.BuildKit.Services;

/// <summary>How the one builder that there is describes itself.</summary>
internal sealed class Workers(IKitBuilder builder)
{
    public BuildkitVersion Version => new() { Package = "gantry", Version = $"v{builder.Version}" };

    public WorkerRecord Only => new()
    {
        ID = "gantry",
        Labels = { ["org.mobyproject.buildkit.worker.executor"] = "gantry" },
        Platforms = { new Platform { OS = builder.Platform.Os, Architecture = builder.Platform.Architecture } },
        BuildkitVersion = Version,
    };
}
