using Gantry.Linux;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Which images are known, and by which names. One lock guards both; no archive is read or written under it.</summary>
internal sealed class ImageTable(ImageRecords records, ImageTags tags, PendingSaves saves, TimeProvider time)
{
    private readonly Dictionary<string, Image> _images = new(StringComparer.Ordinal);
    /// <summary>The names in memory are newer than those on the disk. Guarded by <see cref="Gate"/>.</summary>
    private bool _isRefused;

    /// <summary>Held for what must not come between two steps. Taken after the collector's.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Guarded by <see cref="Gate"/>.</summary>
    public ImageTags Tags => tags;

    public int Count { get { lock (Gate) return _images.Count; } }

    public IReadOnlyList<Image> All { get { lock (Gate) return [.. _images.Values]; } }

    public Image? Find(string id) { lock (Gate) return _images.GetValueOrDefault(id); }

    /// <summary>Sorted.</summary>
    public IReadOnlyList<Reference> NamesOf(string id) { lock (Gate) return [.. tags.Of(id)]; }

    /// <summary>As it was read.</summary>
    public void Put(Image image) { lock (Gate) _images[image.Id] = image; }

    /// <summary>Something new: it is known once its record is there.</summary>
    public void Save(Image image, bool durable = false)
    {
        lock (Gate)
        {
            records.Save(image, tags.Of(image.Id), durable);
            _images[image.Id] = image;
        }
    }

    /// <summary>Something about an image that is recorded already has changed; a disk that refuses gets it later.</summary>
    public void SaveAgain(string id)
    {
        lock (Gate)
            if (_images.ContainsKey(id)) saves.Run(NameOfSave(id), () => Save(_images[id]), Again);

        bool Again()
        {
            lock (Gate)
                if (_images.TryGetValue(id, out Image? image)) Save(image);
            return true;
        }
    }

    /// <summary>Changes names because somebody asks for it: the disk has all of the change, or nothing has changed.</summary>
    /// <remarks>The disk is waited for under the lock: until it has the new names nobody may see one of them, as it may be taken back yet;
    /// and no image may go that a name is just given to.</remarks>
    /// <exception cref="GantryException">Internal: the disk refuses.</exception>
    public T ChangeNames<T>(string step, Func<ImageTags, T> change)
    {
        lock (Gate)
        {
            try
            {
                return tags.Change(change, tags.Save, always: _isRefused);
            }
            catch (Exception e) when (Expected.OfSystem(e))
            {
                throw Failure.Of(step, e);
            }
        }
    }

    /// <summary>What nobody can be refused is over with, as names of an image that is gone: a disk that refuses gets it later.</summary>
    public void SaveNames()
    {
        lock (Gate) _isRefused = !saves.Run($"names of images ({tags.Path})", tags.Save, Again);

        bool Again()
        {
            lock (Gate)
            {
                tags.Save();
                _isRefused = false;
            }
            return true;
        }
    }

    /// <summary>Changes an image that is known.</summary>
    public void Change(string id, Func<Image, Image> change)
    {
        lock (Gate)
        {
            if (!_images.TryGetValue(id, out Image? image)) return;
            _images[id] = change(image);
            SaveAgain(id);
        }
    }

    /// <summary>Remembers when the image last got a name.</summary>
    public void Touch(string id) => Change(id, image => image with { LastTagged = time.GetUtcNow() });

    /// <summary>First the promise, then what it promised.</summary>
    public void Remove(string id)
    {
        lock (Gate)
        {
            records.Delete(id);
            _images.Remove(id);
            saves.Forget(NameOfSave(id));
        }
    }

    /// <summary>Something was deleted, so there may be room for what the disk refused.</summary>
    public void SaveWhatWasRefused() => saves.TryAgain();

    private static string NameOfSave(string id) => $"image {id}";
}
