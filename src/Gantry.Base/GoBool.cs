namespace Gantry;

/// <summary>Truth values in words, as Go's strconv.ParseBool has them, and so Docker's options and fields.</summary>
public static class GoBool
{
    /// <returns>Null for a word that is neither.</returns>
    public static bool? Parse(string? text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}
