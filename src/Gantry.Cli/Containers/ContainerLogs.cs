using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Inspection;
using Gantry.Cli.Options;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry logs</c>.</summary>
internal sealed class ContainerLogs : Command
{
    private readonly BoolFlag _details, _follow, _timestamps;
    private readonly ValueFlag<string> _since, _until, _tail;

    public ContainerLogs()
    {
        _details = Flags.Switch("details", null, "Show the attributes that the log options asked for");
        _follow = Flags.Switch("follow", 'f', "Go on with what is written from now on");
        _since = Flags.Text("since", null, "Show what came after this time (2013-01-02T13:23:37Z) or within this duration (42m)");
        _tail = Flags.Text("tail", 'n', "Number of lines to show from the end", "all");
        _timestamps = Flags.Switch("timestamps", 't', "Show when each line was written");
        _until = Flags.Text("until", null, "Show what came before this time or duration");
    }

    public override string Syntax => "[OPTIONS] CONTAINER";
    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        string name = invocation.Operands[0];
        using ApiResponse response = invocation.Client.Containers.Logs(name, _follow, _timestamps, _details,
            PointInTime.Parse(_since.Value, DateTimeOffset.UtcNow), PointInTime.Parse(_until.Value, DateTimeOffset.UtcNow), _tail.Value);
        if (IsRaw(invocation.Client, name, response)) response.Body.CopyTo(StandardStreams.RawOut);
        else StreamDemultiplexer.Copy(response.Body, StandardStreams.RawOut, StandardStreams.RawError);
        return 0;
    }

    /// <summary>Daemons before API 1.42 do not say how they answer; the container knows.</summary>
    private static bool IsRaw(ApiClient client, string name, ApiResponse response) => response.Header("Content-Type") switch
    {
        "application/vnd.docker.raw-stream" => true,
        "application/vnd.docker.multiplexed-stream" => false,
        _ => client.Containers.Inspect(name).Config.Tty,
    };
}
