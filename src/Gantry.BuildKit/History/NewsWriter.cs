using Gantry.BuildKit.Protocol.StatusApi;
using Google.Protobuf;

namespace Gantry.BuildKit.History;

/// <summary>Writes down what is told of a build. A disk that takes no more, and a build that says too much, hold up nobody.</summary>
internal sealed class NewsWriter(BuildNews news)
{
    /// <summary>Bytes that are kept: what steps say beyond that is not told any more.</summary>
    private const long Most = 64 << 20;

    private bool _isRefused;

    public StepCount Count { get; } = new();

    /// <param name="message">A <see cref="StatusResponse"/>.</param>
    public void Add(byte[] message)
    {
        StatusResponse told = StatusResponse.Parser.ParseFrom(message);
        Count.Add(told);
        if (_isRefused) return;
        try
        {
            if (news.Length > Most)
            {
                told.Logs.Clear();
                message = told.ToByteArray();
            }
            if (message.Length > 0) news.Append(message);
        }
        catch (IOException)
        {
            _isRefused = true;
        }
    }

    /// <summary>What a record says of the steps.</summary>
    public BuildRecord Counted(BuildRecord record) => record with
    {
        Steps = Count.Steps, CachedSteps = Count.Cached, CompletedSteps = Count.Done, Warnings = Count.Warnings,
    };
}
