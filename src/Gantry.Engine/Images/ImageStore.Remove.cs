using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>One thing that a removal did.</summary>
/// <param name="Untagged">The name that was taken away; null when <paramref name="Deleted"/> is set.</param>
/// <param name="Deleted">Identifier of the image, or chain ID of the layer, that is gone.</param>
public readonly record struct ImageRemoval(string? Untagged, string? Deleted);

/// <summary>Removing follows Docker's rules: a name is taken away first; the image goes with its last name,
/// unless someone uses it.</summary>
public sealed partial class ImageStore
{
    /// <param name="force">Also when a stopped container uses it, or when it has several names and was given by identifier.</param>
    /// <exception cref="GantryException">NotFound; Conflict, with the reason and whether force would help.</exception>
    public IReadOnlyList<ImageRemoval> Remove(string reference, bool force)
    {
        List<ImageRemoval> done = [];
        List<(Image Image, string Action)> happened = [];
        try
        {
            lock (_lock)
            {
                if (TryGiveUp(reference, done)) return done;
                Image image = ResolveLocked(reference, out Reference? name);
                if (name is not null)
                {
                    if (RemoveName(image, name, reference, force, done, happened)) return done;
                }
                else if (IsOneRepository(_tags.Of(image.Id)))
                {
                    if (Conflict(image, force, ignoreNames: true) is { } conflict) throw conflict.ToException(image);
                    RemoveNames(image, done, happened);
                }
                Delete(image, force, quiet: name is not null, done, happened);
            }
        }
        finally
        {
            if (happened.Count > 0) SettleSoon();
            foreach ((Image image, string action) in happened) Publish(image, action, image.Id);
        }
        return done;
    }

    /// <returns>True when that was all there is to do: other names remain.</returns>
    private bool RemoveName(Image image, Reference name, string reference, bool force, List<ImageRemoval> done,
        List<(Image, string)> happened)
    {
        if (!force && IsOneRepository(_tags.Of(image.Id)) && FirstUser(image, runningOnly: false) is { } user)
            throw GantryException.Conflict($"conflict: unable to remove repository reference \"{reference}\" (must force) - container "
                + $"{Short(user.ContainerId)} is using its referenced image {image.ShortId}");
        _tags.Unset(name);
        // Names by digest that only repeat the repository of a removed tag would keep the image for nobody.
        if (name.Tag is not null && !_tags.Of(image.Id).Any(other => other.Tag is not null))
            foreach (Reference digest in _tags.Of(image.Id).Where(other => other.Name == name.Name).ToList())
            {
                _tags.Unset(digest);
                done.Add(new ImageRemoval(digest.Familiar, null));
            }
        SaveNames();
        SaveAgain(image.Id);
        done.Insert(0, new ImageRemoval(name.Familiar, null));
        happened.Add((image, "untag"));
        return _tags.Of(image.Id).Any();
    }

    private void RemoveNames(Image image, List<ImageRemoval> done, List<(Image, string)> happened)
    {
        List<Reference> names = [.. _tags.Of(image.Id)];
        foreach (Reference name in names)
        {
            _tags.Unset(name);
            done.Add(new ImageRemoval(name.Familiar, null));
            happened.Add((image, "untag"));
        }
        if (names.Count > 0) SaveNames();
    }

    /// <param name="quiet">A name was given and is gone; that the image itself must stay is then no error.</param>
    private void Delete(Image image, bool force, bool quiet, List<ImageRemoval> done, List<(Image, string)> happened)
    {
        if (Conflict(image, force, ignoreNames: false) is { } conflict)
        {
            if (quiet && (conflict.IsUse || _tags.Of(image.Id).Any())) return;
            throw conflict.ToException(image);
        }
        RemoveNames(image, done, happened);
        // First the promise, then what it promised.
        JsonFile.Delete(RecordPath(image.Id));
        _images.Remove(image.Id);
        done.Add(new ImageRemoval(null, image.Id));
        foreach (string chain in Collect(image.Blobs, image.ChainIds)) done.Add(new ImageRemoval(null, chain));
        _saves.Forget($"image {image.Id}");
        happened.Add((image, "delete"));
    }

    private ImageConflict? Conflict(Image image, bool force, bool ignoreNames)
    {
        if (FirstUser(image, runningOnly: true) is { } running)
            return new ImageConflict(IsHard: true, IsUse: true, $"image is being used by running container {Short(running.ContainerId)}");
        if (force) return null;
        if (!ignoreNames && _tags.Of(image.Id).Any())
            return new ImageConflict(IsHard: false, IsUse: false, "image is referenced in multiple repositories");
        if (FirstUser(image, runningOnly: false) is { } stopped)
            return new ImageConflict(IsHard: false, IsUse: true, $"image is being used by stopped container {Short(stopped.ContainerId)}");
        return null;
    }

    private ImageUser? FirstUser(Image image, bool runningOnly)
    {
        foreach (ImageUser user in Users?.UsersOf(image.Id) ?? [])
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

    private static string Short(string id) => id.Length > 12 ? id[..12] : id;

    /// <param name="IsHard">Force does not help.</param>
    /// <param name="IsUse">A container is the reason.</param>
    private readonly record struct ImageConflict(bool IsHard, bool IsUse, string Reason)
    {
        public GantryException ToException(Image image) =>
            GantryException.Conflict($"conflict: unable to delete {image.ShortId} ({(IsHard ? "cannot be forced" : "must be forced")}) - "
                + $"{Reason}");
    }
}
