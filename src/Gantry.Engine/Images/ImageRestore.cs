using Gantry.Linux.Processes;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>The daemon starts: the images are read again, and what is damaged of them is remembered as that.</summary>
internal sealed class ImageRestore(ImageTable table, ImageRecords records, BrokenImages broken, ContentManifests manifests,
    ForeignImages foreign, LostIndex index, ISnapshotter snapshotter)
{
    /// <summary>Images whose record was set aside because the machine went down before their layers had reached the disk:
    /// half an image is worse than none.</summary>
    private readonly HashSet<string> _unsynced = new(StringComparer.Ordinal);

    /// <returns>Why the file of names had to be made anew; null when it was as it should be.</returns>
    public string? Run()
    {
        string? lostNames = ReadRecords();
        BreakUnrecorded();
        BreakAllOfLostIndex();
        return lostNames;
    }

    private string? ReadRecords()
    {
        List<ImageRecord> read = [];
        foreach (string path in OwnDirectory.All(records.Directory))
        {
            string file = Path.GetFileName(path), id = Digest.Prefix + file[..Math.Max(0, file.IndexOf('.'))];
            if (file.EndsWith(".tmp", StringComparison.Ordinal)) continue;
            if (!Digest.IsValid(id)) broken.Nameless.Add(path);
            else if (file.EndsWith(".json", StringComparison.Ordinal)) ReadRecord(path, id, read);
        }
        foreach ((string path, string id) in records.SetAside()) ReadSetAside(path, id, read);
        string? lostNames =
            JsonFile.SetAsideOf(table.Tags.Path) is [var earlier, ..] ? $"{earlier} was set aside by an earlier start" : null;
        if (!table.Tags.IsLoaded) return RestoreNames(read) ?? lostNames;
        // Records of before do not know the names.
        foreach (ImageRecord record in read.Where(record => record.Names is null)) table.SaveAgain(record.Id);
        return lostNames;
    }

    private void ReadRecord(string path, string id, List<ImageRecord> read)
    {
        ImageRecord? record = null;
        try
        {
            record = JsonFile.Load(path, ImageRecordJson.Default.ImageRecord);
            if (record is null) return;
            if (record.Id != id) throw new DamagedFileException(path, $"is the record of {record.Id}");
            read.Add(record);
            if (record.UnsyncedSince is { } boot && boot != HostBoot.Id)
            {
                _unsynced.Add(id);
                JsonFile.SetAside(path);
                return;
            }
            table.Put(records.Describe(record));
        }
        catch (DamagedFileException e)
        {
            broken.Break(id, $"{e.Message}; set aside as {JsonFile.TrySetAside(path) ?? path}", null);
        }
        catch (GantryException e)
        {
            // A part of it is damaged or gone. Its record stays where it is, for the day when it is whole again.
            broken.Break(id, e.Message, record);
        }
    }

    /// <summary>By an earlier start; one that has come again since is no concern any more.</summary>
    private void ReadSetAside(string path, string id, List<ImageRecord> read)
    {
        if (table.Find(id) is not null || broken.Contains(id) || !Digest.IsValid(id)) return;
        try
        {
            ImageRecord? record = JsonFile.Load(path, ImageRecordJson.Default.ImageRecord);
            if (record is { UnsyncedSince: { } boot } && boot != HostBoot.Id) _unsynced.Add(id);
            else broken.Break(id, $"its record was set aside as {path}", record?.Id == id ? record : null);
            if (record?.Id == id) read.Add(record);
        }
        catch (DamagedFileException e)
        {
            broken.Break(id, e.Message, null);
        }
    }

    /// <summary>The file of names is gone or damaged, and the records have them too;
    /// of two images that claim a name the one that was named last has it.</summary>
    /// <returns>What was wrong with it; null where there was nothing in it.</returns>
    private string? RestoreNames(List<ImageRecord> read)
    {
        foreach (ImageRecord record in read.OrderBy(record => record.LastTagged ?? DateTimeOffset.MinValue))
            foreach (string name in record.Names ?? [])
                if (Reference.TryParse(name, out Reference? reference) && !reference!.IsNameOnly) table.Tags.Set(reference, record.Id);
        if (table.Tags.Damage is null && !table.Tags.All.Any()) return null;
        table.SaveNames();
        return table.Tags.Damage ?? $"{table.Tags.Path} was gone";
    }

    /// <summary>Names that point at nothing: an image is removed together with its record, so that record was lost.</summary>
    private void BreakUnrecorded()
    {
        foreach (string id in table.Tags.All.Select(pair => pair.ImageId).Distinct().ToList())
            if (Digest.IsValid(id) && table.Find(id) is null && !broken.Contains(id) && !_unsynced.Contains(id))
                broken.Break(id, $"its record {records.PathOf(id)} is gone", null);
    }

    /// <summary>Every image that the content tells of: known by identifier, and without the names that it had.</summary>
    private void BreakAllOfLostIndex()
    {
        if (!index.IsLost) return;
        foreach ((string digest, string id) in manifests.All().ToList())
            if (Digest.IsValid(id) && table.Find(id) is null && !broken.Contains(id) && IsOfThisDriver(id))
                broken.Break(id, "its record is gone, as those of all images were", null, digest);
    }

    /// <summary>What another driver's record names is that driver's, unless its layers are here too.</summary>
    private bool IsOfThisDriver(string id) => !foreign.Blobs.Contains(id)
        || manifests.TryRead(id, ImageDocuments.ReadConfig)?.RootFs?.DiffIds is { Count: > 0 } diffIds
            && snapshotter.Layer(Digest.ChainIds(diffIds)[^1]) is not null;
}
