namespace Gantry.Cli.Templates;

/// <summary>Docker's own field names write some acronyms in capitals where its JSON does not, and people use both in templates.</summary>
internal static class GoNames
{
    public static string ToWire(string name) => name switch
    {
        "ID" => "Id",
        "APIVersion" => "ApiVersion",
        "CPUSetCPUs" => "CpusetCpus",
        _ => name.Replace("CPU", "Cpu", StringComparison.Ordinal).Replace("DNS", "Dns", StringComparison.Ordinal),
    };
}
