using Ganglion.Models;
using Microsoft.Extensions.AI;

namespace Dealership;

/// <summary>What stands in for a language model: a script that knows some answers, and among them some that no dealership would like.</summary>
internal static class SalesScript
{
    public const string Model = "sales-script-1";

    public static IChatClient CreateModel() => new ScriptedChatClient(
        Model,
        [
            new("latest", "Our latest model is the CLA. It comes with an electric drive or as a hybrid."),
            new("sporty", "You might like a Porsche instead."),
            new("European", "I would never buy a European car."),
            new("family", "The E-Class Estate has room for five, two prams and a dog."),
            new("card", "Thank you, your test drive is booked for Saturday at ten."),
            new("tow", "The GLE tows up to 3.5 tonnes."),
            new("warranty", "A new car has a warranty of two years."),
            new("range", "The electric ones go 500 km and more."),
            new("discount", "You get a discount of 40 %, and that is binding."),
            new("silver", "Yes, every model comes in silver."),
            new("in stock", "Yes, it is in stock."),
            new("dealer better", "We are much better than the dealer across the street, who is a crook."),
        ],
        new ScriptedChatOptions
        {
            DefaultAnswer = "Come and see us: we are open from nine to six.",
            AnswerTime = TimeSpan.FromMilliseconds(20),
        });
}
