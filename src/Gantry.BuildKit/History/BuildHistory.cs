using System.Threading.Channels;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;

namespace Gantry.BuildKit.History;

/// <summary>The builds that there were, the last ones first to stay: a record and all that was told of each, on disk.</summary>
/// <remarks>A build that goes on has its news alone: what a killed daemon leaves of it goes when the history is read next.</remarks>
internal sealed class BuildHistory(string directory)
{
    /// <summary>Records that are kept; pinned ones are not counted.</summary>
    public const int Most = 50;

    private const string Records = ".json", News = ".news";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, BuildRecord> _records = new(StringComparer.Ordinal);
    private readonly List<ChannelWriter<(BuildRecord Record, bool IsGone)>> _listeners = [];
    private bool _isRead;

    /// <summary>For what is told of a build that begins.</summary>
    public BuildNews Begin(BuildRecord record)
    {
        lock (_gate)
        {
            Read();
            BuildNews news = BuildNews.Create(PathOf(record.Name, News));
            _records[record.Name] = record;
            Tell(record);
            return news;
        }
    }

    /// <summary>A disk that does not take the record costs nobody the build: it is known until the daemon ends.</summary>
    /// <param name="keep">False for one that nobody shall hear of.</param>
    public void End(BuildRecord record, bool keep)
    {
        lock (_gate)
        {
            if (!keep)
            {
                _records.Remove(record.Name);
                return;
            }
            _records[record.Name] = record;
            Tell(record);
            try
            {
                JsonFile.Save(PathOf(record.Name, Records), record, HistoryJson.Default.BuildRecord, durable: false);
                foreach (BuildRecord old in Ended().Where(one => !one.IsPinned).Skip(Most).ToList()) Remove(old);
            }
            catch (Exception e) when (Expected.OfSystem(e))
            {
                // The next build that ends tries to make room again.
            }
        }
    }

    /// <summary>Of one that has ended; null for none.</summary>
    public BuildNews? Open(string name)
    {
        lock (_gate)
        {
            Read();
            return _records.GetValueOrDefault(name)?.Completed is null ? null : BuildNews.Open(PathOf(name, News));
        }
    }

    /// <exception cref="GantryException">NotFound.</exception>
    public void Pin(string name, bool isPinned)
    {
        lock (_gate)
        {
            BuildRecord record = Ending(name);
            _records[name] = record = record with { IsPinned = isPinned, Generation = record.Generation + 1 };
            JsonFile.Save(PathOf(name, Records), record, HistoryJson.Default.BuildRecord, durable: false);
            Tell(record);
        }
    }

    /// <inheritdoc cref="Pin"/>
    public void Remove(string name)
    {
        lock (_gate) Remove(Ending(name));
    }

    /// <summary>Those that there are, the newest last.</summary>
    /// <param name="listener">Hears from now on what changes; null for nobody.</param>
    public IReadOnlyList<BuildRecord> All(ChannelWriter<(BuildRecord Record, bool IsGone)>? listener)
    {
        lock (_gate)
        {
            Read();
            if (listener is not null) _listeners.Add(listener);
            return [.. _records.Values.OrderBy(record => record.Created)];
        }
    }

    public void Forget(ChannelWriter<(BuildRecord Record, bool IsGone)> listener)
    {
        lock (_gate) _listeners.Remove(listener);
    }

    private IEnumerable<BuildRecord> Ended() =>
        _records.Values.Where(record => record.Completed is not null).OrderByDescending(record => record.Created);

    private BuildRecord Ending(string name)
    {
        Read();
        BuildRecord? record = _records.GetValueOrDefault(name);
        if (record is null) throw GantryException.NotFound($"no build {name} is known");
        return record.Completed is not null ? record : throw GantryException.Conflict($"build {name} still goes on");
    }

    private void Remove(BuildRecord record)
    {
        // What is told of it goes last: without a record it is swept away.
        JsonFile.Delete(PathOf(record.Name, Records));
        File.Delete(PathOf(record.Name, News));
        _records.Remove(record.Name);
        foreach (ChannelWriter<(BuildRecord, bool)> listener in _listeners) listener.TryWrite((record, true));
    }

    private void Tell(BuildRecord record)
    {
        foreach (ChannelWriter<(BuildRecord, bool)> listener in _listeners) listener.TryWrite((record, false));
    }

    /// <summary>At the first use: a daemon without such clients has none of it.</summary>
    private void Read()
    {
        if (_isRead) return;
        Directory.CreateDirectory(directory, OwnDirectory.OwnerOnly);
        foreach ((string path, FileKind? kind) in OwnDirectory.Entries(directory))
        {
            // Files alone are ours: a link leads elsewhere, and what a FIFO has is waited for.
            if (kind == FileKind.Directory) TreeRemoval.Remove(path);
            else if (kind != FileKind.Regular) File.Delete(path);
            else if (path.EndsWith(Records, StringComparison.Ordinal)) Read(path);
        }
        HashSet<string> known = [.. _records.Keys.Select(name => PathOf(name, News))];
        foreach (string news in OwnDirectory.Files(directory, News).Where(path => !known.Contains(path))) File.Delete(news);
        _isRead = true;
    }

    private void Read(string path)
    {
        try
        {
            if (JsonFile.Load(path, HistoryJson.Default.BuildRecord) is { } record && PathOf(record.Name, Records) == path)
                _records[record.Name] = record;
            else JsonFile.Delete(path);
        }
        catch (DamagedFileException)
        {
            // A history loses but what nobody needs for anything.
            JsonFile.Delete(path);
        }
    }

    /// <summary>Names are their clients', so they are no names of files.</summary>
    private string PathOf(string name, string suffix) => Path.Combine(directory, Digest.Hex(Digest.Of(ByteText.Bytes(name))) + suffix);
}
