using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Inspection;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry port</c>.</summary>
internal sealed class ContainerPortList : Command
{
    public override string Syntax => "CONTAINER [PRIVATE_PORT[/PROTO]]";
    public override OperandCount Operands => OperandCount.Between(1, 2);

    public override int Run(Invocation invocation)
    {
        string name = invocation.Operands[0];
        Dictionary<string, List<PortBinding>?> ports = invocation.Client.Containers.Inspect(name).NetworkSettings.Ports;
        if (invocation.Operands.Count == 2) return One(invocation, name, ports, invocation.Operands[1]);
        foreach ((string port, List<PortBinding>? bindings) in ports.OrderBy(entry => Number(entry.Key))
            .ThenBy(entry => entry.Key, StringComparer.Ordinal))
            foreach (PortBinding binding in bindings ?? []) invocation.Out.WriteLine($"{port} -> {Address(binding)}");
        return 0;
    }

    private static int One(Invocation invocation, string name, Dictionary<string, List<PortBinding>?> ports, string wanted)
    {
        string port = wanted.Contains('/') ? wanted : $"{wanted}/tcp";
        if (!ports.TryGetValue(port, out List<PortBinding>? bindings) || bindings is not { Count: > 0 })
            throw new CliException($"Error: No public port '{wanted}' published for {name}");
        foreach (PortBinding binding in bindings) invocation.Out.WriteLine(Address(binding));
        return 0;
    }

    private static string Address(PortBinding binding) =>
        binding.HostIp.Contains(':') ? $"[{binding.HostIp}]:{binding.HostPort}" : $"{binding.HostIp}:{binding.HostPort}";

    private static int Number(string port) => int.TryParse(port.AsSpan(0, Math.Max(port.IndexOf('/'), 0)), out int number) ? number : 0;
}
