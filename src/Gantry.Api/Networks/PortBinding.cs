namespace Gantry.Api.Networks;

public sealed class PortBinding
{
    public string HostIp { get; set => field = value ?? ""; } = "";
    /// <summary>A port, a range, or empty for a free one.</summary>
    public string HostPort { get; set => field = value ?? ""; } = "";
}
