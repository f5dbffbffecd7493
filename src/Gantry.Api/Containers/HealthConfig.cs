namespace Gantry.Api.Containers;

/// <summary>How to find out whether the container does its work. Durations are nanoseconds;
/// 0 inherits from the image or the default.</summary>
public sealed class HealthConfig
{
    /// <summary><c>[]</c> inherits, <c>["NONE"]</c> switches it off, <c>["CMD", …]</c> and <c>["CMD-SHELL", command]</c> run.</summary>
    public List<string>? Test { get; set; }
    public long? Interval { get; set; }
    public long? Timeout { get; set; }
    public long? StartPeriod { get; set; }
    public long? StartInterval { get; set; }
    public int? Retries { get; set; }
}
