using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Gantry.Daemon.Http.Hijack;
using Microsoft.AspNetCore.Connections;

namespace Gantry.Daemon.Http.Listening;

/// <summary>Puts TLS between the transport and the HTTP server.</summary>
/// <remarks>Kestrel's own way to do this needs the services of its host, which we do without.</remarks>
internal static class TlsConnection
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10), GoodbyeLimit = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(ConnectionContext connection, SslServerAuthenticationOptions options, ConnectionDelegate next)
    {
        IDuplexPipe bare = connection.Transport;
        await using SslStream stream = new(new HijackedStream(bare, socket: null));
        try
        {
            using CancellationTokenSource limit = new(HandshakeLimit);
            await stream.AuthenticateAsServerAsync(options, limit.Token);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            // No certificate, no TLS at all, or nobody there: closing is the whole answer.
            return;
        }
        connection.Transport = new DuplexPipe(PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true)),
            PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
        SendingHalf goodbye = new(stream.ShutdownAsync);
        connection.Features.Set(goodbye);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = bare;
            await GoodbyeAsync(goodbye, bare.Input);
        }
    }

    /// <remarks>TCP answers what comes after a close with a reset, which can overtake our last bytes:
    /// so we wait a moment for the client to close as well.</remarks>
    private static async Task GoodbyeAsync(SendingHalf goodbye, PipeReader input)
    {
        try
        {
            using CancellationTokenSource limit = new(GoodbyeLimit);
            await goodbye.CloseAsync();
            while (await input.ReadAsync(limit.Token) is { IsCompleted: false } rest) input.AdvanceTo(rest.Buffer.End);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client was quicker, or takes its time.
        }
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
