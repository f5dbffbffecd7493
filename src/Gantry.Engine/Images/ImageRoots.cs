using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>What images need of the stores is derived from their records, never counted on disk.</summary>
internal sealed class ImageRoots(ImageTable table, BrokenImages broken, ForeignImages foreign) : IRootOwner
{
    public void AddRoots(RootSet needed)
    {
        needed.Blobs.UnionWith(foreign.Blobs);
        needed.AllBlobs |= foreign.Damage is not null;
        lock (table.Gate)
        {
            foreach (Image image in table.All) image.AddTo(needed);
            broken.AddTo(needed);
        }
    }
}
