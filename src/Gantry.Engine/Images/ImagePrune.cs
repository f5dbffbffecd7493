using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Removes images that no container uses: those without a name, or all; and what broken-off downloads left.</summary>
public sealed class ImagePrune(ImageStore store)
{
    public readonly record struct Result(IReadOnlyList<ImageRemoval> Removed, long Reclaimed);

    /// <param name="query">Unless it says that images with a name are meant, only those without one go.</param>
    public Result Run(ImageQuery query)
    {
        List<ImageRemoval> removed = [];
        long reclaimed = 0;
        foreach (Image image in store.All)
        {
            IReadOnlyList<Reference> names = store.NamesOf(image.Id);
            bool kept = query.Dangling != false && names.Count > 0;
            if (kept || !query.FitsByItself(image) || store.Users?.UsersOf(image.Id).Any() == true) continue;
            reclaimed += Remove(image, names, removed);
        }
        store.Leases.ForgetKilledPulls();
        store.Leases.CollectAll();
        // Where only certain images are meant, a part of one is not.
        if (query is { Labels: null, Until: null }) reclaimed += store.Content.RemovePartials(TimeSpan.Zero);
        store.Events.Pruned(reclaimed);
        return new Result(removed, reclaimed);
    }

    /// <returns>Bytes of the layers that went with it.</returns>
    internal long Remove(Image image, IReadOnlyList<Reference> names, List<ImageRemoval> removed)
    {
        Dictionary<string, long> sizes = image.ChainIds.Distinct()
            .ToDictionary(chain => chain, chain => store.Snapshotter.Layer(chain)?.Size ?? 0);
        // Taken into use, given a name, or removed, since it was looked at: that is its right.
        IReadOnlyList<ImageRemoval> done = store.RemoveWhole(image, names);
        removed.AddRange(done);
        return done.Sum(one => one.Deleted is { } id ? sizes.GetValueOrDefault(id) : 0);
    }
}
