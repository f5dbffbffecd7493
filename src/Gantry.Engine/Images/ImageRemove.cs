using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>One thing that a removal did.</summary>
/// <param name="Untagged">The name that was taken away; null when <paramref name="Deleted"/> is set.</param>
/// <param name="Deleted">Identifier of the image, or chain ID of the layer, that is gone.</param>
public readonly record struct ImageRemoval(string? Untagged, string? Deleted);

/// <summary>Removing follows Docker's rules: a name is taken away first; the image goes with its last name,
/// unless someone uses it.</summary>
/// <param name="users">Null until the containers are known.</param>
internal sealed class ImageRemove(ImageTable table, ImageNames names, BrokenImages broken, Collector collector, ImageSettling settling,
    ImageEvents events, Func<IImageUsers?> users)
{
    /// <inheritdoc cref="ImageStore.Remove"/>
    public IReadOnlyList<ImageRemoval> Run(string reference, bool force)
    {
        List<ImageRemoval> done = [];
        List<(Image Image, string Action)> happened = [];
        try
        {
            RootSet unneeded;
            lock (table.Gate) unneeded = broken.TryGiveUp(reference, done) ?? Remove(reference, force, done, happened);
            Collect(unneeded, done);
        }
        finally
        {
            Tell(happened);
        }
        return done;
    }

    /// <summary>Removes an image with all its names, for room: also where the disk has none for the change of a name alone.</summary>
    /// <param name="known">Its names: one that has others by now is left alone, as one is that somebody uses.</param>
    public IReadOnlyList<ImageRemoval> RunWhole(Image image, IReadOnlyList<Reference> known)
    {
        List<ImageRemoval> done = [];
        List<(Image Image, string Action)> happened = [];
        RootSet unneeded = new();
        try
        {
            lock (table.Gate)
            {
                if (table.Find(image.Id) is null || !table.Tags.Of(image.Id).SequenceEqual(known)
                    || FirstUser(image, runningOnly: false) is not null) return done;
                if (Delete(image, force: true, quiet: true, done, happened)) image.AddTo(unneeded);
            }
            Collect(unneeded, done);
        }
        finally
        {
            Tell(happened);
        }
        return done;
    }

    /// <summary>Without the lock: the collector's comes before it.</summary>
    private void Collect(RootSet unneeded, List<ImageRemoval> done)
    {
        if (unneeded.Blobs.Count == 0) return;
        foreach (string chain in collector.Collect(unneeded.Blobs, unneeded.Layers)) done.Add(new ImageRemoval(null, chain));
        table.SaveWhatWasRefused();
    }

    private void Tell(List<(Image Image, string Action)> happened)
    {
        if (happened.Count > 0) settling.Soon();
        foreach ((Image image, string action) in happened) events.Publish(image, action, image.Id);
    }

    /// <summary>Removes an image that has lost a part, with its names, whoever uses it: the layers that containers stand on stay.</summary>
    public void Drop(Image image)
    {
        lock (table.Gate)
        {
            if (table.Find(image.Id) is null) return;
            foreach (Reference name in table.Tags.Of(image.Id).ToList()) table.Tags.Unset(name);
            table.SaveNames();
            table.Remove(image.Id);
        }
        collector.Collect(image.Blobs, image.ChainIds);
        events.Publish(image, "delete", image.Id);
        settling.Soon();
    }

    /// <returns>What the image needed, if it is gone.</returns>
    private RootSet Remove(string reference, bool force, List<ImageRemoval> done, List<(Image, string)> happened)
    {
        RootSet unneeded = new();
        Image image = names.Resolve(reference, out Reference? name);
        if (name is not null)
        {
            if (RemoveName(image, name, reference, force, done, happened)) return unneeded;
        }
        else if (IsOneRepository(table.Tags.Of(image.Id)))
        {
            if (Conflict(image, force, ignoreNames: true) is { } conflict) throw conflict.ToException(image);
            RemoveNames(image, done, happened);
        }
        if (Delete(image, force, quiet: name is not null, done, happened)) image.AddTo(unneeded);
        return unneeded;
    }

    /// <returns>True when that was all there is to do: other names remain.</returns>
    private bool RemoveName(Image image, Reference name, string reference, bool force, List<ImageRemoval> done,
        List<(Image, string)> happened)
    {
        if (!force && IsOneRepository(table.Tags.Of(image.Id)) && FirstUser(image, runningOnly: false) is { } user)
            throw GantryException.Conflict($"conflict: unable to remove repository reference \"{reference}\" (must force) - container "
                + $"{Image.Short(user.ContainerId)} is using its referenced image {image.ShortId}");
        List<Reference> names = [name], others = [.. table.Tags.Of(image.Id).Where(other => !ImageTags.AreSame(other, name))];
        // Names by digest go with the last tag of their repository: they would keep the image for nobody.
        if (name.Tag is not null && !others.Exists(other => other.Tag is not null && other.Name == name.Name))
            names.AddRange(others.Where(other => other.Name == name.Name));
        bool stays = names.Count <= others.Count || Conflict(image, force, ignoreNames: true) is not null;
        if (stays) table.ChangeNames($"untag {name.Familiar}", tags => names.Count(tags.Unset));
        else
        {
            // Who makes room is not refused for want of it.
            foreach (Reference one in names) table.Tags.Unset(one);
            table.SaveNames();
        }
        table.SaveAgain(image.Id);
        done.AddRange(names.Select(static one => new ImageRemoval(one.Familiar, null)));
        happened.Add((image, "untag"));
        return table.Tags.Of(image.Id).Any();
    }

    private void RemoveNames(Image image, List<ImageRemoval> done, List<(Image, string)> happened)
    {
        List<Reference> all = [.. table.Tags.Of(image.Id)];
        foreach (Reference name in all)
        {
            table.Tags.Unset(name);
            done.Add(new ImageRemoval(name.Familiar, null));
            happened.Add((image, "untag"));
        }
        if (all.Count > 0) table.SaveNames();
    }

    /// <param name="quiet">A name was given and is gone; that the image itself must stay is then no error.</param>
    /// <returns>Whether it is gone.</returns>
    private bool Delete(Image image, bool force, bool quiet, List<ImageRemoval> done, List<(Image, string)> happened)
    {
        if (Conflict(image, force, ignoreNames: false) is { } conflict)
        {
            if (quiet && (conflict.IsUse || table.Tags.Of(image.Id).Any())) return false;
            throw conflict.ToException(image);
        }
        RemoveNames(image, done, happened);
        table.Remove(image.Id);
        done.Add(new ImageRemoval(null, image.Id));
        happened.Add((image, "delete"));
        return true;
    }

    private ImageConflict? Conflict(Image image, bool force, bool ignoreNames)
    {
        if (FirstUser(image, runningOnly: true) is { } running)
            return new ImageConflict(IsHard: true, IsUse: true,
                $"image is being used by running container {Image.Short(running.ContainerId)}");
        if (force) return null;
        if (!ignoreNames && table.Tags.Of(image.Id).Any())
            return new ImageConflict(IsHard: false, IsUse: false, "image is referenced in multiple repositories");
        if (FirstUser(image, runningOnly: false) is { } stopped)
            return new ImageConflict(IsHard: false, IsUse: true,
                $"image is being used by stopped container {Image.Short(stopped.ContainerId)}");
        return null;
    }

    private ImageUser? FirstUser(Image image, bool runningOnly)
    {
        foreach (ImageUser user in users()?.UsersOf(image.Id) ?? [])
            if (user.Running || !runningOnly) return user;
        return null;
    }

    /// <summary>At most one tag, and everything within one repository: then an identifier says plainly what is meant.</summary>
    private static bool IsOneRepository(IEnumerable<Reference> names)
    {
        string? repository = null;
        int tags = 0;
        foreach (Reference name in names)
        {
            if (repository is not null && repository != name.Name) return false;
            repository = name.Name;
            if (name.Tag is not null && ++tags > 1) return false;
        }
        return true;
    }

    /// <param name="IsHard">Force does not help.</param>
    /// <param name="IsUse">A container is the reason.</param>
    private readonly record struct ImageConflict(bool IsHard, bool IsUse, string Reason)
    {
        public GantryException ToException(Image image) =>
            GantryException.Conflict($"conflict: unable to delete {image.ShortId} ({(IsHard ? "cannot be forced" : "must be forced")}) - "
                + $"{Reason}");
    }
}
