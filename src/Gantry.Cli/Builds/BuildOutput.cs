using System.Text;
using System.Text.Json;
using Gantry.Api.Builds;
using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Api.Wire;
using Gantry.Cli.Builds.Calls;
using Gantry.Cli.Builds.Progress;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds;

/// <summary>Shows what a build says, from the sending of its context to its end.</summary>
internal sealed class BuildOutput
{
    private readonly TextWriter _writer, _error;
    private readonly StringBuilder? _kept;
    private readonly bool _isTerminal, _raw;
    private readonly Action<byte[]>? _files;
    private readonly LiveDisplay? _live;
    private readonly SentContext _sent = new(TimeProvider.System);
    private List<BuildCheckWarning> _warnings = [];
    private bool _isTold;

    /// <param name="quiet">Show nothing but what a build that failed has said.</param>
    /// <param name="raw">Show what is new of its steps, a line of JSON each; of a daemon that does not tell them its lines as they came.
    /// </param>
    /// <param name="files">Gets the files of the result, piece by piece; null where an image is built.</param>
    /// <param name="live">Shows the steps, of a daemon that tells them; null for text alone.</param>
    public BuildOutput(TextWriter output, TextWriter error, bool quiet, bool raw, Action<byte[]>? files = null, LiveDisplay? live = null)
    {
        (_files, _live) = (files, live);
        _kept = quiet ? new StringBuilder() : null;
        // The context is sent by another thread than the answer is shown by.
        _writer = TextWriter.Synchronized(_kept is null ? output : new StringWriter(_kept) { NewLine = "\n" });
        _error = error;
        _raw = raw;
        _isTerminal = !quiet && TerminalSize.IsTerminal(1);
    }

    /// <summary>Gets the archive of the cache, piece by piece; null where none was asked for.</summary>
    public Action<byte[]>? Cache { get; init; }

    /// <summary>Digest of the index that was made; null for an image alone.</summary>
    public string? Index { get; private set; }

    /// <param name="bytes">How much of the context has gone.</param>
    public void Sent(long bytes, bool isAll)
    {
        if (_live is not null) _live.Take(_sent.News(bytes, isAll));
        if (_raw || _live is not null || (!isAll && !_isTerminal)) return;
        // A carriage return before the line's end, and one for each line: so does Docker's client.
        _writer.Write($"Sending build context to Docker daemon {ByteSize.Text(bytes),8}\r{(isAll ? "\r\n" : "")}");
        _writer.Flush();
    }

    /// <returns>The image that was made; null when the daemon named none.</returns>
    /// <exception cref="CliException">The build failed; its exit status is that of the command that did.</exception>
    public string? Show(Stream answer)
    {
        string? image = null;
        MessageDisplay display = new(_writer, _isTerminal, TerminalSize.Of(1)?.Columns ?? MessageDisplay.Wide);
        display.Show(Messages());
        _live?.End(hasFailed: false);
        return image;

        IEnumerable<JsonMessage> Messages()
        {
            foreach (byte[] line in JsonLines.Read(answer))
            {
                JsonMessage message = JsonAnswer.Decode(line, ApiJson.Default.JsonMessage);
                BuildResult? made = message.Aux is null ? null : JsonAnswer.Decode(line, ApiJson.Default.BuildResultMessage).Aux;
                if (made?.Files is { } piece)
                {
                    _files?.Invoke(piece);
                    continue;
                }
                if (made?.Cache is { } part)
                {
                    Cache?.Invoke(part);
                    continue;
                }
                if (made?.Progress is { } news)
                {
                    _isTold = true;
                    Tell(news);
                    continue;
                }
                if (_raw && !_isTold)
                {
                    _writer.Write(Encoding.UTF8.GetString(line).TrimEnd('\r') + "\n");
                    _writer.Flush();
                }
                if (made is { ID.Length: > 0 }) image = made.ID;
                Index = made?.Index ?? Index;
                if (made is { Warnings: { } warnings }) _warnings = warnings;
                // A quiet build says nothing else, and before API 1.42 or so not in the other way.
                if (_kept is not null && message.Stream?.Trim() is { } text && text.StartsWith("sha256:", StringComparison.Ordinal))
                    image ??= text;
                if ((message.ErrorDetail?.Message ?? message.Error) is { Length: > 0 } error)
                    throw new CliException(error, message.ErrorDetail?.Code is > 0 and <= byte.MaxValue and int code ? code : 1);
                if (_raw || (_live is not null && message.Aux is not null)) continue;
                // Another daemon tells it in Docker's words, and ours what comes at the end.
                _live?.End(hasFailed: false);
                yield return message;
            }
        }
    }

    private void Tell(BuildProgress news)
    {
        _live?.Take(news);
        if (!_raw) return;
        _writer.Write(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(news, ApiJson.Default.BuildProgress)) + "\n");
        _writer.Flush();
    }

    /// <summary>It has ended: what there is to say of the Dockerfile comes last.</summary>
    public void TellWarnings()
    {
        if (!_raw && _kept is null) CheckOutput.WriteBrief(_error, _warnings);
    }

    /// <summary>A build that shall be quiet and fails tells everything after all.</summary>
    public void Failed()
    {
        _live?.End(hasFailed: true);
        if (_kept is not null) _error.Write(_kept.ToString());
    }
}
