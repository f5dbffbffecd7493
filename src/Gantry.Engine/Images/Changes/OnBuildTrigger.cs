namespace Gantry.Engine.Images.Changes;

/// <summary>ONBUILD: an instruction that is kept as it is written, for the builds that start from the image.</summary>
internal static class OnBuildTrigger
{
    /// <exception cref="GantryException">InvalidArgument: one that would fail in every such build.</exception>
    public static string Parse(Instruction instruction)
    {
        if (instruction.Rest.Length == 0) throw GantryException.Invalid("ONBUILD requires at least one argument");
        Instruction trigger = Instruction.Parse(instruction.Rest, instruction.Escape);
        switch (trigger.Name)
        {
            case "ONBUILD": throw GantryException.Invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            case "FROM" or "MAINTAINER": throw GantryException.Invalid($"{trigger.Name} isn't allowed as an ONBUILD trigger");
            case "ENV" or "LABEL": NameValues.Parse(trigger); break;
            case "CMD" or "ENTRYPOINT" or "VOLUME": JsonForm.TryRead(trigger.Rest); break;
        }
        return instruction.Rest;
    }
}
