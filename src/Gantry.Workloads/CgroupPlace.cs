namespace Gantry.Workloads;

/// <summary>Where workloads have their control groups.</summary>
public static class CgroupPlace
{
    /// <param name="id">The workload's.</param>
    /// <param name="parent">As it was asked for; null or empty for <paramref name="defaultParent"/>.</param>
    public static string Of(string id, string? parent, string defaultParent) =>
        $"/{(string.IsNullOrEmpty(parent) ? defaultParent : parent).Trim('/')}/{id}";
}
