namespace Gantry.BuildKit.History;

/// <summary>Writes down builds for the history of them.</summary>
/// <param name="directory">For what is kept of builds that were.</param>
public sealed class BuildRecorder(string directory, TimeProvider time)
{
    internal BuildHistory History { get; } = new(directory);

    /// <summary>A build begins that has no name of its own.</summary>
    /// <param name="options">What it was asked for, by the front end's names.</param>
    /// <param name="export">What becomes of it, by BuildKit's names.</param>
    public RecordedBuild Begin(string frontend, IReadOnlyDictionary<string, string> options, string export)
    {
        BuildRecord record = new()
        {
            Name = RandomId.New()[..25], Frontend = frontend, Options = RecordedOptions.Of(options),
            Exports = [new RecordedExport(export, new Dictionary<string, string>())], Created = time.GetUtcNow(),
        };
        return new RecordedBuild(History, record, time);
    }
}

/// <summary>A build that goes on, as it is written down. It has ended when this is disposed.</summary>
public sealed class RecordedBuild : IDisposable
{
    private readonly BuildHistory _history;
    private readonly TimeProvider _time;
    private readonly BuildNews? _news;
    private readonly NewsWriter? _writer;
    private BuildRecord _record;

    internal RecordedBuild(BuildHistory history, BuildRecord record, TimeProvider time)
    {
        (_history, _record, _time) = (history, record, time);
        try
        {
            _news = history.Begin(record);
            _writer = new NewsWriter(_news);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // A full disk costs nobody the build.
        }
    }

    public string Name => _record.Name;

    /// <summary>What is told of it, as its client is told it; one call at a time.</summary>
    public void Add(byte[] message) => _writer?.Add(message);

    /// <summary>It has come to this.</summary>
    public void Succeeded(IReadOnlyDictionary<string, string> answers) => _record = _record with { Answers = answers };

    /// <param name="code">gRPC's.</param>
    public void Failed(int code, string error) => _record = _record with { Code = code, Error = RecordedOptions.Error(error) };

    public void Dispose()
    {
        if (_news is null) return;
        _news.End();
        _history.End(_writer!.Counted(_record) with { Completed = _time.GetUtcNow() }, keep: true);
        _news.Dispose();
    }
}
