using Gantry.BuildKit.Protocol.HealthApi;
using Grpc.Core;

namespace Gantry.BuildKit.Sessions;

/// <summary>Asks a client every few seconds whether it is still there: one that hangs would hold a build for ever.</summary>
internal sealed class SessionHealth(ChannelBase channel, TimeProvider time)
{
    public const string Method = "/grpc.health.v1.Health/Check";

    private const int MostFailures = 2;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromSeconds(15);

    private readonly Health.HealthClient _client = new(channel);

    /// <summary>Returns when it has not answered twice.</summary>
    /// <remarks>The first question goes out at once: it opens the connection, on which the client waits for our first word.</remarks>
    public async Task WatchAsync(CancellationToken over)
    {
        for (int failures = 0; failures < MostFailures;)
        {
            failures = await AskAsync(over) ? 0 : failures + 1;
            await Task.Delay(Interval, time, over);
        }
    }

    private async Task<bool> AskAsync(CancellationToken over)
    {
        try
        {
            using CancellationTokenSource limit = new(Patience, time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(over, limit.Token);
            await _client.CheckAsync(new HealthCheckRequest(), cancellationToken: either.Token);
            return true;
        }
        catch (RpcException e) when (!over.IsCancellationRequested)
        {
            // Who answers that it has no such service has answered.
            return e.StatusCode == StatusCode.Unimplemented;
        }
    }
}
