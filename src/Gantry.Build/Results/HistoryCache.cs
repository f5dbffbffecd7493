using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Solver;
using Gantry.Oci.Image;

namespace Gantry.Build.Results;

/// <summary>What images say of how they came about, for steps that nobody has made here: <c>--cache-from</c>. A step is an image's when
/// all before it are, in the same words, with the same layers.</summary>
/// <remarks>The words of a copy name what is copied by its content (<see cref="IStepWork.SourcesOf"/>), those of a command the build's
/// arguments, network and hosts; what variables, user and directory it has is said by the steps before it. A command whose words could be
/// another's (<see cref="PlannedStep.IsAmbiguous"/>) is not looked up.</remarks>
public sealed class HistoryCache : IStepSource
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Vertex, string> _words = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Vertex, BaseImage?> _begins = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Vertex, IReadOnlyList<Place>> _places = new(ReferenceEqualityComparer.Instance);
    private readonly IReadOnlyList<BaseImage> _images;

    /// <summary>How far an image's history is that of a vertex.</summary>
    /// <param name="Steps">So many of its entries.</param>
    /// <param name="Layers">So many of its layers.</param>
    private sealed record Place(BaseImage Image, int Steps, int Layers)
    {
        public ImageHistory? Next => Image.Image.History is { } history && Steps < history.Count ? history[Steps] : null;

        /// <summary>That of the next entry; null for none.</summary>
        public TreeLayer? NextLayer => Next is { EmptyLayer: false } && Layers < Image.Tree.Layers.Count ? Image.Tree.Layers[Layers] : null;

        public Place After(TreeLayer? layer) => new(Image, Steps + 1, layer is null ? Layers : Layers + 1);
    }

    public HistoryCache(BuildPlan plan, IReadOnlyList<BaseImage> images)
    {
        // Of steps that were squashed it says that they changed nothing.
        _images = [.. images.Where(image => !SquashedImage.Is(image.Image))];
        foreach (PlannedStage stage in plan.Stages)
        {
            if (stage.Parent is null) _begins[stage.Steps[0].Vertex!] = stage.Base;
            foreach (PlannedStep step in stage.Steps.Skip(1).Where(step => !step.IsAmbiguous)) _words[step.Vertex!] = step.CreatedBy!;
        }
    }

    public async Task<(TreeLayer? Layer, DateTimeOffset Created)?> FindAsync(Vertex vertex, string? sources, BuiltTree below,
        CancellationToken cancellation)
    {
        foreach (Place place in Candidates(vertex, sources))
        {
            if (place.Next is { EmptyLayer: false } && place.NextLayer is null) continue;
            if (place.NextLayer is { } layer && !await FetchAsync(place.Image, layer, below, cancellation)) continue;
            return (place.NextLayer, place.Next!.Created ?? DateTimeOffset.UnixEpoch);
        }
        return null;
    }

    /// <returns>False where it cannot be had: the step is done instead.</returns>
    private static async Task<bool> FetchAsync(BaseImage image, TreeLayer layer, BuiltTree below, CancellationToken cancellation)
    {
        if (image.Fetch is not { } fetch) return true;
        try
        {
            await fetch(layer, below, cancellation);
            return true;
        }
        catch (Exception e) when (Expected.Any(e))
        {
            return false;
        }
    }

    public void Note(Vertex vertex, string? sources, StepOutcome outcome)
    {
        IReadOnlyList<Place> places = _begins.TryGetValue(vertex, out BaseImage? image) ? Begin(image, outcome.Tree)
            : [.. Candidates(vertex, sources).Where(place => place.NextLayer?.DiffId == outcome.Layer?.DiffId)
                .Select(place => place.After(outcome.Layer))];
        lock (_gate) _places[vertex] = places;
    }

    private IReadOnlyList<Place> Begin(BaseImage? image, BuiltTree tree)
    {
        IReadOnlyList<ImageHistory> begins = image?.Image.History ?? [];
        // Without a history of its own another one could have the same layers, and other variables.
        if (image is not null && begins.Count == 0) return [];
        return [.. _images.Where(other => Begins(other, begins, tree)).Select(other => new Place(other, begins.Count, tree.Layers.Count))];
    }

    /// <summary>Of a base all of each entry counts, its time too: two commits of one container with different changes have the same words
    /// and layers.</summary>
    private static bool Begins(BaseImage image, IReadOnlyList<ImageHistory> history, BuiltTree tree) =>
        image.Image.History is { } whole && whole.Count > history.Count && image.Tree.Layers.Count >= tree.Layers.Count
        && whole.Take(history.Count).SequenceEqual(history)
        && image.Tree.DiffIds.Take(tree.Layers.Count).SequenceEqual(tree.DiffIds);

    private IEnumerable<Place> Candidates(Vertex vertex, string? sources)
    {
        IReadOnlyList<Place>? below = null;
        lock (_gate)
            if (vertex.Below is not null) below = _places.GetValueOrDefault(vertex.Below);
        if (below is null || below.Count == 0 || IsUntold(vertex)) return [];
        if (!_words.TryGetValue(vertex, out string? words)) return [];
        string full = PlannedStep.Words(words, sources);
        return below.Where(place => place.Next?.CreatedBy == full);
    }

    /// <summary>Neither what a command sees by a mount is in the words, nor how new its files may be.</summary>
    private static bool IsUntold(Vertex vertex) =>
        vertex is RunVertex { Places.Count: > 0 } or RunVertex { Latest: not null } or DirectoryVertex { Latest: not null };
}
