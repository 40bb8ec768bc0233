using System.Buffers;

namespace Ganglion.Guards.Injection;

/// <summary>Marks by which models tell who speaks: in what somebody has written they have no business.</summary>
internal static class Delimiters
{
    private const string SystemLine = "system:";
    private const double Weight = 0.6;
    private const double WeightOfSpecial = 0.8;

    private static readonly SearchValues<string> Special = SearchValues.Create(
        ["<|im_", "<|system", "<|user", "<|assistant", "<|end", "<|eot", "<|start", "<|begin", "[inst]", "[/inst]", "<<sys>>", "<</sys>>", "<start_of_turn>", "<end_of_turn>"],
        StringComparison.Ordinal);

    private static readonly SearchValues<string> Others = SearchValues.Create(
        ["<system>", "</system>", "[system]", "### instruction", "###instruction", "### system", "### new instruction", "\nsystem:", "\n\nhuman:", "\n\nassistant:", "<tool_call>", "<function_calls>", "begin system prompt", "</user_input>", "</instructions>"],
        StringComparison.Ordinal);

    public static void Find(ReadOnlySpan<char> folded, InjectionSigns signs)
    {
        if (folded.ContainsAny(Special))
        {
            signs.Add(InjectionSign.Delimiters, WeightOfSpecial);
        }
        else if (folded.StartsWith(SystemLine, StringComparison.Ordinal) || folded.ContainsAny(Others))
        {
            signs.Add(InjectionSign.Delimiters, Weight);
        }

        int image = folded.IndexOf("](http", StringComparison.Ordinal);
        if (image > 0 && folded[..image].Contains("![", StringComparison.Ordinal) && folded[image..].Contains('?'))
        {
            signs.Add(InjectionSign.MarkdownImage, 0.4);
        }
    }
}
