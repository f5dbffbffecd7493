using System.IO.Compression;
using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;
using Gantry.Linux;

namespace Gantry.Cli.Builds.Context;

/// <summary>Sends a context, tells how much of it has gone, and keeps what went wrong for whoever waits for the answer.</summary>
internal sealed class ContextUpload(Action<Stream> context, bool compress, Action<long, bool> tell)
{
    /// <summary>Why the context could not be read; null while nothing is wrong.</summary>
    public CliException? Failure { get; private set; }

    public void Write(Stream connection)
    {
        try
        {
            HeldBackStream sent = new(connection, sent => tell(sent, false));
            if (compress)
            {
                GZipStream zip = new(sent, CompressionLevel.Optimal, leaveOpen: true);
                context(zip);
                zip.Dispose();
            }
            else context(sent);
            // The daemon cannot have begun yet: what it says comes behind this.
            tell(sent.Count, true);
            sent.Finish();
        }
        catch (Exception e) when (e is not BodyNotWantedException)
        {
            Failure = e switch
            {
                CliException known => known,
                GantryException or KernelException => new CliException($"error reading the context: {e.Message}"),
                IOException or UnauthorizedAccessException => new CliException($"error reading the context: {FileFailure.Text(e)}"),
                _ => new CliException($"error reading the context: {e}"),
            };
            throw;
        }
    }
}
