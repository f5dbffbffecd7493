using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;

namespace Gantry.Cli.Networks;

/// <summary><c>gantry network ls</c>.</summary>
internal sealed class NetworkList : Command
{
    private const string Table = "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}";
    private readonly BoolFlag _noTruncation, _quiet;
    private readonly ValueFlag<string> _format;
    private readonly ListFlag<(string Key, string Value)> _filter;

    public NetworkList()
    {
        _filter = Flags.Filter();
        _format = Flags.Format();
        _noTruncation = Flags.Switch("no-trunc", null, "Show values in full");
        _quiet = Flags.Switch("quiet", 'q', "Show IDs alone");
    }

    public override string Syntax => "[OPTIONS]";
    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        List<NetworkInspect> networks = invocation.Client.Networks.List(_filter.ToFilters());
        networks.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        invocation.Out.Write(Listing.Parse(_quiet && _format.Value.Length == 0 ? "{{.ID}}" : _format.Value, Table)
            .Render(Columns(!_noTruncation), networks));
        return 0;
    }

    private static RowFormat<NetworkInspect> Columns(bool truncate) => new("*network.networkContext",
    [
        new("CreatedAt", "CREATED AT", network => GoTime(network.Created)),
        new("Driver", "DRIVER", network => network.Driver),
        new("ID", "NETWORK ID", network => truncate ? network.Id[..Math.Min(12, network.Id.Length)] : network.Id),
        new("IPv4", "IPV4", network => Text(network.EnableIPv4)),
        new("IPv6", "IPV6", network => Text(network.EnableIPv6)),
        new("Internal", "INTERNAL", network => Text(network.Internal)),
        new("Labels", "LABELS",
            network => string.Join(',',
                network.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"))),
        new("Name", "NAME", network => network.Name),
        new("Scope", "SCOPE", network => network.Scope),
    ], (network, label) => network.Labels.GetValueOrDefault(label) ?? "");

    /// <summary>As Go prints a time: <c>2006-01-02 15:04:05.9 +0000 UTC</c>.</summary>
    private static string GoTime(string wire) => wire.EndsWith('Z') ? wire[..^1].Replace('T', ' ') + " +0000 UTC" : wire;

    private static string Text(bool value) => value ? "true" : "false";
}
