using Gantry.Network.Firewall;

namespace Gantry.Network.Tests.Firewall;

public sealed class ForeignRulesTests
{
    private const string Chains =
        "table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n"
        + "table inet gantry {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n"
        + "table inet ok {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy accept;\n\t}\n\tchain input "
        + "{\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n"
        + "table bridge x {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n";

    [Fact]
    public void OnlyOthersForwardChainsThatDropAreNamed() =>
        Assert.StartsWith("nftables chain ip filter FORWARD drops", Assert.Single(ForeignRules.Read(Chains, "gantry", "gantry0")));
}
