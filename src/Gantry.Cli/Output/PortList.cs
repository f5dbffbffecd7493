using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Cli.Options;

namespace Gantry.Cli.Output;

/// <summary>The PORTS column: runs of neighbouring ports become ranges, those published under another number stand alone at the
/// end.</summary>
internal static class PortList
{
    public static string Format(IEnumerable<ContainerPort> ports)
    {
        var ranges = new List<(string Address, string Protocol, int First, int Last)>();
        var open = new Dictionary<(string, string), int>();
        var finished = new List<string>();
        var moved = new List<string>();
        var sorted = ports.OrderBy(p => p.PrivatePort).ThenBy(p => p.IP ?? "", StringComparer.Ordinal).ThenBy(p => p.PublicPort ?? 0)
            .ThenBy(p => p.Type, StringComparer.Ordinal);
        foreach (var port in sorted)
        {
            var address = port.IP ?? "";
            if (address.Length > 0 && port.PublicPort != port.PrivatePort)
            {
                moved.Add($"{HostPort(address, Text(port.PublicPort ?? 0))}->{Text(port.PrivatePort)}/{port.Type}");
                continue;
            }
            var key = (address, port.Type);
            if (!open.TryGetValue(key, out var at))
            {
                open[key] = ranges.Count;
                ranges.Add((address, port.Type, port.PrivatePort, port.PrivatePort));
            }
            else if (ranges[at].Last + 1 == port.PrivatePort)
            {
                ranges[at] = ranges[at] with { Last = port.PrivatePort };
            }
            else
            {
                finished.Add(Range(ranges[at]));
                ranges[at] = (address, port.Type, port.PrivatePort, port.PrivatePort);
            }
        }
        return string.Join(", ", [.. finished, .. ranges.Select(Range), .. moved]);
    }

    private static string Range((string Address, string Protocol, int First, int Last) range)
    {
        var numbers = range.First == range.Last ? Text(range.First) : $"{Text(range.First)}-{Text(range.Last)}";
        var published = range.Address.Length > 0 ? $"{HostPort(range.Address, numbers)}->{numbers}" : numbers;
        return $"{published}/{range.Protocol}";
    }

    private static string HostPort(string address, string port) => address.Contains(':') ? $"[{address}]:{port}" : $"{address}:{port}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
