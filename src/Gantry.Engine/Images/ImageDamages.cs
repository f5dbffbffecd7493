using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Says what is damaged of images and their records, and what can be done about it.</summary>
internal sealed class ImageDamages(ImageTable table, ImageRecords records, BrokenImages broken, LostIndex index, ForeignImages foreign,
    ImageSettling settling, ImageLeases leases)
{
    /// <summary>Why the file of names had to be made anew; null when it was as it should be.</summary>
    public string? LostNames { private get; set; }

    public IReadOnlyList<Damage> All()
    {
        lock (table.Gate)
        {
            List<Damage> damages = [.. broken.All.SelectMany(Of)];
            damages.AddRange(broken.Nameless.Select(path => new Damage("record", Path.GetFileName(path),
                $"is no record of an image ({path}); no layer and no content is removed while it is there",
                "remove it by hand when it is of no use")));
            if (index.IsLost)
                damages.Add(new Damage("records", "of images",
                    $"were gone ({records.Directory}); no layer and no content is removed meanwhile, and names are to be given anew",
                    "the images are put together from their content, and what none of them needs is removed", ForgetLostIndex));
            if (LostNames is { } names)
                damages.Add(new Damage("names", "of images", $"were damaged: {names}; they were made anew from the images' records",
                    "what was set aside is removed", ForgetLostNames));
            if (foreign.Damage is { } unread)
                damages.Add(new Damage("record", "of another storage driver", $"cannot be read, so no content is removed: {unread}",
                    $"start the daemon with that storage driver, and repair there"));
            return damages;
        }
    }

    private IEnumerable<Damage> Of(BrokenImage image)
    {
        if (broken.IsNothing(image))
            return table.Tags.Of(image.Id)
                .Select(lost => new Damage("name", lost.Familiar,
                $"points at {image.Id}, which is not here; no layer is removed meanwhile", $"removed: pull or load {lost.Familiar} again",
                () => broken.Unname(lost)));
        string name = table.Tags.Of(image.Id).FirstOrDefault()?.Familiar ?? Image.Short(image.Id[Digest.Prefix.Length..]);
        return [new Damage("image", name, $"cannot be used: {image.Reason}; nothing of it was removed",
            $"put together again from what is there; where that does not do, pull or load it again, or give it up with rmi {name}",
            () => PutTogether(image.Id))];
    }

    private void PutTogether(string id)
    {
        broken.PutTogether(id);
        settling.Soon();
    }

    /// <exception cref="GantryException">Conflict: there are still images that could not be put together.</exception>
    private void ForgetLostIndex()
    {
        lock (table.Gate)
        {
            if (broken.All.Count > 0)
                throw GantryException.Conflict("some images could not be put together again: pull or load them, or give them up with rmi");
            index.Forget();
        }
        leases.CollectAll();
    }

    private void ForgetLostNames()
    {
        foreach (string aside in JsonFile.SetAsideOf(table.Tags.Path)) JsonFile.Forget(aside);
        LostNames = null;
    }
}
