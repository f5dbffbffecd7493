using Gantry.Api.Images;
using Gantry.Build.Planning;
using Gantry.BuildKit.Progress;
using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Build;

/// <summary>The images that a build begins from, told of as they are looked for and pulled.</summary>
/// <param name="images">What they are looked for by, and where it reports to.</param>
internal sealed class ToldImages(Func<Action<JsonMessage>, IBaseImages> images, BuildStatus status) : IBaseImages
{
    public async Task<BaseImage> FindAsync(string reference, string? platform, Lease lease, CancellationToken cancellation)
    {
        StatusVertex vertex = status.Begin($"[internal] load metadata for {Full(reference)}");
        try
        {
            BaseImage found = await images(new PulledParts(vertex).Report).FindAsync(reference, platform, lease, cancellation);
            vertex.Done();
            return found;
        }
        catch (Exception e)
        {
            vertex.Fail(e);
            throw;
        }
    }

    private static string Full(string reference)
    {
        try
        {
            return Reference.Parse(reference).WithDefaultTag().ToString();
        }
        catch (GantryException)
        {
            // An identifier.
            return reference;
        }
    }

    /// <summary>The parts of one image that come.</summary>
    private sealed class PulledParts(StatusVertex vertex)
    {
        private readonly Dictionary<string, StatusPart> _parts = [];
        private readonly Lock _gate = new();

        public void Report(JsonMessage message)
        {
            if (message.Id is not { Length: > 0 } id || message.Status is not { } what) return;
            lock (_gate)
            {
                if (!_parts.TryGetValue(id, out StatusPart? part))
                    _parts[id] = part = vertex.Part(id, message.ProgressDetail?.Total ?? 0);
                if (message.ProgressDetail?.Current is { } current) part.Reached(current);
                else if (what is "Pull complete" or "Already exists") part.Done();
            }
        }
    }
}
