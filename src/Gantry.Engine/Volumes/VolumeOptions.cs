namespace Gantry.Engine.Volumes;

/// <summary>The options of the <c>local</c> driver.</summary>
internal static class VolumeOptions
{
    /// <exception cref="GantryException">InvalidArgument: an option that does not exist, or one that is missing.</exception>
    public static void Check(string name, IReadOnlyDictionary<string, string> options)
    {
        foreach (string key in options.Keys)
            if (key is not ("type" or "device" or "o" or "size"))
                throw GantryException.Invalid($"create {name}: invalid option: \"{key}\"");
        if (options.ContainsKey("size"))
            throw GantryException.Invalid($"create {name}: quota size requested but no quota support: use a file system with project "
                + $"quotas, or type=tmpfs with o=size=…");
        if (!options.ContainsKey("type") && !options.ContainsKey("device") && !options.ContainsKey("o")) return;
        foreach (string required in (ReadOnlySpan<string>)["device", "type"])
            if (!options.TryGetValue(required, out string? value) || value.Length == 0)
                throw GantryException.Invalid($"create {name}: missing required option: \"{required}\"");
    }
}
