using System.Text.RegularExpressions;
using Gantry.Linux.Nftables;

namespace Gantry.Network.Firewall;

/// <summary>Finds rules of others that stop what our table lets pass: a packet must be accepted by every table.</summary>
internal static partial class ForeignRules
{
    /// <returns>A warning per chain that drops forwarded packets by default.</returns>
    public static IEnumerable<string> ForwardDrops(string ownTable, string bridge)
    {
        foreach (string warning in Read(NftScript.Query("list chains"), ownTable, bridge)) yield return warning;
        if (LegacyTables.ForwardDrops()) yield return Warning("iptables chain FORWARD", bridge);
    }

    public static IEnumerable<string> Read(string chains, string ownTable, string bridge)
    {
        string table = "", chain = "";
        foreach (string line in chains.Split('\n'))
        {
            string trimmed = line.Trim();
            if (TableLine().Match(trimmed) is { Success: true } tableMatch) table = tableMatch.Groups[1].Value;
            else if (ChainLine().Match(trimmed) is { Success: true } chainMatch) chain = chainMatch.Groups[1].Value;
            else if (trimmed.Contains("hook forward", StringComparison.Ordinal)
                && trimmed.Contains("policy drop", StringComparison.Ordinal) && table != $"inet {ownTable}"
                && !table.StartsWith("bridge ", StringComparison.Ordinal))
            {
                yield return Warning($"nftables chain {table} {chain}", bridge);
            }
        }
    }

    private static string Warning(string where, string bridge) =>
        $"{where} drops forwarded packets unless its own rules accept them: containers may have no network. "
        + $"Accept packets from and to {bridge} there (for iptables: iptables -I FORWARD -i {bridge} -j ACCEPT; iptables -I FORWARD -o "
        + $"{bridge} -j ACCEPT; beside Docker use the chain DOCKER-USER)";

    [GeneratedRegex(@"^table (\S+ \S+) \{$")]
    private static partial Regex TableLine();

    [GeneratedRegex(@"^chain (\S+) \{$")]
    private static partial Regex ChainLine();
}
