using System.Security.Cryptography;
using Gantry.Api.Host;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Recovery;
using Gantry.Engine.Images;
using Gantry.Oci.Image;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Host;

/// <summary>Compares everything in the data root with what it should be: contents with digests, unpacked layers with their archives,
/// records with what they refer to.</summary>
/// <remarks>Reads every byte of every image, so it takes its time; nothing waits for it.
/// What a pull or load has under way is left alone.</remarks>
public sealed partial class StoreCheck(ImageStore images, ContainerStore containers, Collector collector)
{
    private readonly StoreReport _report = new();
    private readonly HashSet<string> _badBlobs = new(StringComparer.Ordinal);
    private bool _repair;

    /// <summary>What others know to be damaged: containers, volumes, networks.</summary>
    public Func<IEnumerable<Damage>> Others { get; init; } = () => [];

    /// <param name="repair">Remove, set aside or make anew what is broken.</param>
    public StoreReport Run(bool repair, CancellationToken cancellation)
    {
        _repair = repair;
        CheckBlobs(cancellation);
        CheckStrayLayers(cancellation);
        CheckDamages();
        CheckRecords();
        CheckContainerRecords();
        CheckImages(cancellation);
        CheckNames();
        CheckLayers(cancellation);
        CheckSnapshots();
        // What was held back while nobody could tell who needed it.
        if (repair) collector.CollectAll();
        return _report;
    }

    private ISnapshotter Snapshots => images.Snapshotter;

    private void CheckBlobs(CancellationToken cancellation)
    {
        foreach (string path in images.Content.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            string name = Path.GetFileName(path), digest = Digest.Prefix + name;
            _report.Blobs++;
            if (!Digest.IsValid(digest)) Report("blob", name, "is no name of a blob", "removed", () => File.Delete(path));
            else if (HashOf(digest, cancellation) is { } actual && actual != digest)
            {
                _badBlobs.Add(digest);
                Report("blob", digest, $"is damaged: its content is {actual}", "removed", () => images.Content.Delete(digest));
            }
        }
        foreach (string path in images.Content.Partials)
            if (!Digest.IsValid(Digest.Prefix + Path.GetFileName(path)))
                Report("partial", Path.GetFileName(path), "is no name of a download", "removed", () => File.Delete(path));
    }

    private string? HashOf(string digest, CancellationToken cancellation)
    {
        try
        {
            using FileStream blob = images.Content.Open(digest);
            _report.Bytes += blob.Length;
            return Digest.FromHash(SHA256.HashData(new InterruptibleStream(blob, cancellation)));
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound)
        {
            // Removed meanwhile, with its image.
            return null;
        }
        catch (Exception e) when (Expected.Any(e))
        {
            if (!images.Content.Contains(digest)) return e.Message;
            // The disk may give it again, and it may be whole: nothing is removed for that.
            Report("blob", digest, $"could not be read: {e.Message}", "left as it is: look after the disk, then check again", repair: null);
            return null;
        }
    }

    private void CheckDamages()
    {
        foreach (Damage damage in (IEnumerable<Damage>)[.. images.Damages(), .. collector.Damages(), .. Others()])
            Report(damage.Kind, damage.Name, damage.What, damage.Remedy, damage.Repair);
    }

    private void CheckRecords()
    {
        foreach (string path in images.Repair.UselessRecords())
            Report("record", Path.GetFileName(path),
                "has been set aside: its image has come again since, or had not reached the disk when the machine went down", "removed",
                () => JsonFile.Forget(path));
        foreach ((Image image, string what) in images.Repair.LostRecords())
            Report("record", image.Id, $"of {NameOf(image)} {what}", "written again", () => images.Repair.Rewrite(image));
    }

    /// <summary>What the next start of the daemon would find of each. One that is being changed just now is written by whoever does that.
    /// </summary>
    private void CheckContainerRecords()
    {
        foreach (Container container in containers.All)
            container.TryWithGate(() =>
            {
                if (RecordComparison.WrongWith(container) is { } wrong)
                    Report("record", container.Id, $"of container {container.Name} {wrong}", "written again", container.SaveAll);
            });
    }

    /// <summary>An image of which a part is gone is removed: whole images are what everything else relies on.
    /// Containers keep the layers that they stand on.</summary>
    private void CheckImages(CancellationToken cancellation)
    {
        foreach (Image image in images.All)
        {
            _report.Images++;
            foreach (string blob in image.Blobs.Where(blob => _badBlobs.Contains(blob) || !images.Content.Contains(blob)))
                if (images.Find(image.Id) is not null && !CheckMissing(image, blob, cancellation)) break;
        }
    }

    /// <returns>False when the image is of no use without it.</returns>
    private bool CheckMissing(Image image, string blob, CancellationToken cancellation)
    {
        bool bad = _badBlobs.Contains(blob);
        if (images.Repair.ArchiveSource(image, blob) is not { } chainId)
        {
            Report("image", NameOf(image), $"needs {blob}, which is {(bad ? "damaged" : "missing")}",
                $"removed: pull or load {NameOf(image)} again", () => images.Repair.Drop(image));
            return false;
        }
        if (images.Repair.WrongWithArchive(chainId, blob, cancellation) is { } wrong)
        {
            // What reads it may have come too late.
            if (images.Find(image.Id) is not null)
                Report("image", NameOf(image), $"{wrong}; it cannot be saved or pushed, and would not outlive a power loss",
                    $"nothing can make it again: commit it anew, and remove {NameOf(image)}", null);
        }
        else if (bad)
            Report("image", NameOf(image), $"needs {blob}, which is damaged", "made anew of its layer",
                () => images.Repair.MakeArchives(image));
        else if (_repair) MakePostponed(image);
        return true;
    }

    /// <summary>An archive that is not there yet is no damage, as long as it can be made.</summary>
    private void MakePostponed(Image image)
    {
        try
        {
            images.Repair.MakeArchives(image);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // The disk is still full.
        }
    }

    private void CheckNames()
    {
        foreach ((Registry.Reference name, string id) in images.Repair.LostNames())
            Report("name", name.Familiar, $"points at {id}, which is not here", $"removed: pull or load {name.Familiar} again",
                () => images.Repair.Unname(name));
    }

    private string NameOf(Image image) => images.NamesOf(image.Id) is { Count: > 0 } names ? names[0].Familiar : image.ShortId;

    private void Report(string kind, string name, string what, string remedy, Action? repair)
    {
        StoreProblem problem = new() { Kind = kind, Name = name, What = what, Remedy = remedy };
        _report.Problems.Add(problem);
        if (!_repair || repair is null) return;
        try
        {
            repair();
            problem.Repaired = true;
        }
        catch (Exception e) when (Expected.Any(e))
        {
            problem.Remedy = $"not repaired: {e.Message}";
        }
    }
}
