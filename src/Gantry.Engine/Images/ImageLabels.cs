namespace Gantry.Engine.Images;

/// <summary>The filters <c>label</c> and <c>label!</c>: <c>key</c> or <c>key=value</c>, all of which must hold.</summary>
internal static class ImageLabels
{
    public static bool Match(Image image, IReadOnlyDictionary<string, IReadOnlyList<string>> filters) =>
        (filters.GetValueOrDefault("label") ?? []).All(label => Has(image, label)) && !(filters.GetValueOrDefault("label!") ?? []).Any(label => Has(image, label));

    private static bool Has(Image image, string label)
    {
        int equals = label.IndexOf('=');
        string key = equals < 0 ? label : label[..equals];
        return image.Config.Config?.Labels is { } labels && labels.TryGetValue(key, out string? value) && (equals < 0 || value == label[(equals + 1)..]);
    }
}
