using Gantry.Engine.Containers;
using Gantry.Engine.Images;
using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Host;

public sealed partial class StoreCheck
{
    private void CheckLayers(CancellationToken cancellation)
    {
        Dictionary<string, (string Blob, string? Parent, string DiffId)> archives = Archives();
        foreach (LayerRecord layer in Snapshots.Layers)
        {
            cancellation.ThrowIfCancellationRequested();
            _report.Layers++;
            bool known = archives.TryGetValue(layer.ChainId, out (string Blob, string? Parent, string DiffId) archive)
                && !_badBlobs.Contains(archive.Blob) && images.Content.Contains(archive.Blob);
            string name = $"{layer.ChainId[..19]} ({layer.CacheId})";
            if (WrongIn(layer, name, known ? archive.Blob : null, cancellation) is not { } wrong) continue;
            Container? running = Users(layer.ChainId).FirstOrDefault(container => container.Status.Running);
            if (running is not null)
                Report("layer", name, wrong, $"stop container {running.Name}, which runs on it, and repair again", null);
            else if (known)
                Report("layer", name, wrong, "unpacked again from its archive",
                    () => UnpackAgain(layer.ChainId, archive.Blob, archive.Parent, archive.DiffId, cancellation));
            else ReportLost(layer, name, wrong);
        }
        foreach (Image image in images.All)
            if (image.ChainIds.FirstOrDefault(chain => !Snapshots.Contains(chain)) is { } lost)
                Report("image", NameOf(image), $"has lost its layer {lost}", $"removed: pull or load {NameOf(image)} again",
                    () => images.Repair.Drop(image));
    }

    /// <summary>Layers that an image needs and that are not known: a directory that has lost its record is compared with their archives,
    /// and what is in none is unpacked again.</summary>
    private void CheckStrayLayers(CancellationToken cancellation)
    {
        foreach ((string chainId, string? parent, string diffId, string blob) in images.Repair.ArchivesOfBroken())
        {
            if (Snapshots.Contains(chainId) || _badBlobs.Contains(blob) || !images.Content.Contains(blob)) continue;
            cancellation.ThrowIfCancellationRequested();
            string? stray = Snapshots.Unreadable.Keys.FirstOrDefault(name => IsLayer(name, blob, cancellation));
            string what = stray is null ? "is not here" : $"has lost its record: {Snapshots.Unreadable[stray]}";
            Report("layer", chainId[..19], what,
                stray is null ? "unpacked again from its archive" : "written anew, for its files are those of its archive",
                () => MakeAgain(stray, chainId, parent, diffId, blob, cancellation));
        }
    }

    private bool IsLayer(string stray, string blob, CancellationToken cancellation)
    {
        using DirectoryHandle? tree = Snapshots.OpenStray(stray);
        if (tree is null) return false;
        try
        {
            using Stream archive = OpenArchive(blob, cancellation);
            return new LayerVerification(tree).Run(archive) is null;
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return false;
        }
    }

    private void MakeAgain(string? stray, string chainId, string? parent, string diffId, string blob, CancellationToken cancellation)
    {
        using ILayerUnpack unpack = Snapshots.Unpack(parent);
        unpack.Apply(OpenArchive(blob, cancellation), cancellation);
        if (stray is null) unpack.Commit(chainId, diffId);
        else unpack.Adopt(stray, chainId, diffId);
    }

    private void ReportLost(LayerRecord layer, string name, string wrong)
    {
        List<Image> users = [.. images.All.Where(image => image.ChainIds.Contains(layer.ChainId))];
        Report("layer", name, wrong,
            users.Count == 0 ? "removed" : $"removed: pull or load {string.Join(", ", users.Select(NameOf))} again", () =>
        {
            foreach (Image image in users) images.Repair.Drop(image);
            if (Snapshots.Contains(layer.ChainId) && Snapshots.RemoveLayer(layer.ChainId) is null)
                throw GantryException.Conflict($"container {Users(layer.ChainId).FirstOrDefault()?.Name} stands on it: remove that first");
        });
    }

    /// <summary>The archive of every layer, as the images' manifests say.</summary>
    private Dictionary<string, (string Blob, string? Parent, string DiffId)> Archives()
    {
        Dictionary<string, (string, string?, string)> archives = new(StringComparer.Ordinal);
        foreach (Image image in images.All)
        {
            if (_badBlobs.Contains(image.Manifest) || !images.Content.Contains(image.Manifest)) continue;
            IReadOnlyList<Descriptor> layers = image.Layers;
            for (int i = 0; i < Math.Min(layers.Count, image.ChainIds.Count); i++)
                archives[image.ChainIds[i]] = (layers[i].Digest, i > 0 ? image.ChainIds[i - 1] : null, image.DiffIds[i]);
        }
        return archives;
    }

    /// <returns>What is wrong with the layer; null for nothing.</returns>
    private string? WrongIn(LayerRecord layer, string name, string? blob, CancellationToken cancellation)
    {
        if (layer.Parent is { } parent && !Snapshots.Contains(parent) && !Snapshots.Independent)
            return $"stands on {parent}, which is not here";
        using DirectoryHandle? tree = Snapshots.OpenLayer(layer.ChainId);
        if (tree is null) return "has lost its directory";
        if (blob is null) return null;
        LayerVerification verification = new(tree);
        try
        {
            using Stream archive = OpenArchive(blob, cancellation);
            return verification.Run(archive);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            // It may be whole, as the disk says another time.
            Report("layer", name, $"could not be compared with its archive {blob}: {Failure.Text(e)}",
                "left as it is: look after the disk, then check again", repair: null);
            return null;
        }
        finally
        {
            _report.Bytes += verification.Bytes;
        }
    }

    private Stream OpenArchive(string blob, CancellationToken cancellation) =>
        Decompression.Open(new InterruptibleStream(images.Content.Open(blob), cancellation));

    /// <summary>One that cannot be read keeps none of the others from being looked at.</summary>
    private static bool IsUnreadable(Exception e) => Expected.Any(e) || e is InvalidDataException;

    private void UnpackAgain(string chainId, string blob, string? parent, string diffId, CancellationToken cancellation)
    {
        using ILayerUnpack unpack = Snapshots.Unpack(parent);
        unpack.Apply(OpenArchive(blob, cancellation), cancellation);
        unpack.Replace(chainId, diffId);
    }

    private void CheckSnapshots()
    {
        foreach (Container container in containers.All)
        {
            _report.Containers++;
            if (!Snapshots.Keys.Contains(container.Id))
                Report("container", container.Name, "has lost its writable layer", "nothing can bring its files back: remove it", null);
            else if (Snapshots.WrongWith(container.Id) is { } wrong)
                Report("container", container.Name, wrong, "nothing can bring its files back: remove it", null);
        }
        HashSet<string> known = [.. containers.All.Select(container => container.Id)];
        RootSet needed = collector.Needed();
        bool damaged = needed.AllLayers || needed.AllSnapshots
            || collector.Written.All.SelectMany(root => root.Layers).Any(layer => !Snapshots.Contains(layer))
            || Others().Any(damage => damage.Kind == "container" && damage.Repair is not null)
            || images.Damages().Any(damage => damage.Kind == "image");
        foreach (string key in collector.UnownedSnapshots())
            Report("snapshot", key, "belongs to no container", "removed", () => Snapshots.Remove(key));
        foreach (string stray in Snapshots.Strays().Where(stray => !containers.IsSetAside(stray)))
            // Somebody who has lost a layer may find it there.
            if (damaged || Incomplete() || known.Contains(stray) || needed.Snapshots.Contains(stray))
                Report("snapshot", stray, "is a directory without a record that can be read",
                    "it may belong to what is damaged: repair or remove that first", null);
            else
                Report("snapshot", stray, "is a directory without a record that can be read", "removed",
                    () => Snapshots.RemoveStray(stray));
    }

    private bool Incomplete() => Snapshots.Keys.Any(key => Snapshots.WrongWith(key) is not null);

    private IEnumerable<Container> Users(string chainId)
    {
        HashSet<string> above = [.. images.All.Where(image => image.ChainIds.Contains(chainId)).Select(image => image.Id)];
        return containers.All.Where(container => above.Contains(container.Record.Image) || Snapshots.StandsOn(container.Id, chainId));
    }
}
