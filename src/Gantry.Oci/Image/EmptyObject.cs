namespace Gantry.Oci.Image;

/// <summary>The value in maps that are sets, written <c>{}</c>: exposed ports and volumes.</summary>
public sealed record EmptyObject
{
    public static readonly EmptyObject Value = new();
}
