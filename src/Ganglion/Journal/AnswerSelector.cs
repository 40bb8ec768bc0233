namespace Ganglion.Journal;

/// <summary>How an answer is recognised that does not name its question: by what its data says.</summary>
/// <param name="Property">A top-level property of the answer's JSON data, such as <c>invoice_id</c>.</param>
/// <param name="Value">What the property must be, a text, or a number as it is written in JSON.</param>
public sealed record AnswerSelector(string Property, string Value);
