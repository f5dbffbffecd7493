using Gantry.BuildKit.History;
using Gantry.BuildKit.Protocol.ControlApi;
using Gantry.BuildKit.Protocol.StatusApi;
using Gantry.BuildKit.Solving;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>Tells what goes on in a build, or went on.</summary>
internal sealed class StatusCall(KitBuilds builds, BuildHistory history)
{
    /// <exception cref="GantryException">NotFound: there is no such build, and none comes.</exception>
    public async Task RunAsync(StatusRequest request, IServerStreamWriter<StatusResponse> output, CancellationToken cancellation)
    {
        if (builds.Find(request.Ref) is null && history.Open(request.Ref) is { } ended)
        {
            using (ended) await TellAsync(ended, output, cancellation);
            return;
        }
        KitBuild build = await builds.WaitAsync(request.Ref, cancellation) ?? throw GantryException.NotFound($"no such job {request.Ref}");
        build.IsHeard = true;
        await TellAsync(build.News, output, cancellation);
    }

    private static async Task TellAsync(BuildNews news, IServerStreamWriter<StatusResponse> output, CancellationToken cancellation)
    {
        await foreach (byte[] message in news.ReadAsync(cancellation))
            await output.WriteAsync(StatusResponse.Parser.ParseFrom(message), cancellation);
    }
}
