import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.kit import contact_details
from backend.app.kit.contact_details import Phone, check_email, parse_phone
from backend.tests.promises import promise

DOMAINS = st.sampled_from(["example.com", "x.local", "x.invalid", "x.test", "X.Local"])


def outcome(act: Callable[[], str]) -> str:
    """Return the result, or the message of the ValueError."""
    try:
        return act()
    except ValueError as error:
        return str(error)


class TestPhone:
    @promise(
        "Messages",
        "Phone numbers of sms and call drafts are kept as typed and in E.164, email addresses as typed and normalized.",
    )
    @pytest.mark.parametrize(
        "typed",
        [
            "416 234 5678", "(416) 234-5678", "416.234.5678", "4162345678", "1 416 234 5678",
            "+1 416 234 5678", "+1 (416) 234-5678", "tel:+1-416-234-5678",
            "tel:%2B1%20416%20234%205678", "tel://4162345678",
            "callto:+14162345678", "sms:+14162345678?body=Hi", "[416] 234-5678",
            " 416-234-5678 ", "\uff0b1 416 234 5678",
        ],
    )  # fmt: skip
    def test_usual_spellings_are_normalized(self, typed: str) -> None:
        assert parse_phone(typed, "CA") == parse_phone(typed, "US") == Phone("+14162345678")

    @pytest.mark.parametrize(
        ("typed", "e164"),
        [
            ("416 555 0123", "+14165550123"),
            ("+1 206 555 0100", "+12065550100"),
            ("+1 555 555 0100", "+15555550100"),
            ("(555) 123-4567", "+15551234567"),
        ],
    )
    def test_fictitious_555_numbers_are_valid(self, typed: str, e164: str) -> None:
        assert parse_phone(typed, "CA") == Phone(e164)

    @pytest.mark.parametrize(
        "typed",
        ["416-234-5678 x12", "416-234-5678 ext. 12", "416-234-5678 extension 12", "416 234-5678, poste 12",
         "416 234 5678 Poste 12", "416-234-5678 #12", "+14162345678;ext=12", "416-234-5678, p. 12", "416-234-5678p12",
         "416-234-5678 loc. 12", "416-234-5678 poste n\u00b0 12", "416-234-5678 ext. (12)"],
    )  # fmt: skip
    def test_an_extension_is_kept(self, typed: str) -> None:
        assert parse_phone(typed, "CA") == Phone("+14162345678", "12")

    @pytest.mark.parametrize(
        "before",
        [
            *("Cell: ", "Cell. ", "cell ", "(c) ", "c: ", "M:", "Tel.: ", "T\u00e9l. ", "Cell #: ", "Mobile phone: "),
            *("Phone number: ", "Cell/Text: ", "Work - ", "h) ", "Phone 2: ", "Phone1: ", "Bur. ", "Cel: ", "\u260e "),
            *("Toll-free: ", "Sans frais : ", "Direct line: "),
        ],
    )
    @pytest.mark.parametrize("after", ["", " (cell)", " cell", " - mobile", " c", ", Work", " (H)"])
    def test_kind_before_or_after_the_number_is_ignored(self, before: str, after: str) -> None:
        assert parse_phone(f"{before}416-234-5678", "CA") == Phone("+14162345678")
        assert parse_phone(f"(416) 234-5678{after}", "CA") == Phone("+14162345678")
        assert parse_phone(f"{before}+1 416 234 5678 x12", "CA") == Phone("+14162345678", "12")

    @given(
        st.lists(
            st.sampled_from(["\u202a", "\u202c", "\u200e", "\u2066", "\ufeff", "\u00ad", ""]), min_size=4, max_size=4
        ),
        st.lists(st.sampled_from(" \u00a0\u2007\u202f-\u2010\u2011\u2013\u2212\uff0d"), min_size=3, max_size=3),
    )
    @settings(deadline=None, max_examples=30)
    def test_format_characters_and_kinds_of_separators_do_not_matter(
        self, marks: list[str], between: list[str]
    ) -> None:
        parts = zip(marks, ["+1", "416", "234", "5678"], [*between, ""], strict=True)
        assert parse_phone("".join("".join(part) for part in parts), "CA") == Phone("+14162345678")

    def test_fax_number_is_not_verified(self) -> None:
        with pytest.raises(ValueError, match="is not a phone number"):
            parse_phone("Fax: 416-234-5678", "CA")

    def test_letters_stand_for_their_keys(self) -> None:
        assert parse_phone("1-800-FLOWERS", "US") == Phone("+18003569377")

    def test_other_countries_with_their_code(self) -> None:
        assert parse_phone("+44 20 7946 0958", "CA") == Phone("+442079460958")
        assert parse_phone("011 44 20 7946 0958", "CA") == Phone("+442079460958")

    @pytest.mark.parametrize(
        "typed",
        [
            "", "abc", "+", "12 34 56", "555-0123", "234-5678", "416 234 567", "416 234 56789", "0000000000",
            "123 456 7890", "416 034 5678", "+999 123 456", "call me at 416 234 5678", "a@b.com 416 234 5678",
            "416-234-XXXX", "416-XXX-XXXX", "310-xxxx", "416-234-nnnn", "416-234-5678;6472345679",
            "416-234-5678 ext 6472345679", "4162345678,,6472345679",
            "416-234-5678 tonight", "416-234-5678 or 416-234-5679", "416-234-5678 / 416-234-5679", "1" * 300,
        ],
    )  # fmt: skip
    def test_numbers_that_cannot_be_dialed_are_refused(self, typed: str) -> None:
        with pytest.raises(ValueError, match=r"is not a (phone number in CA|valid number of the country code)"):
            parse_phone(typed, "CA")

    def test_message_quotes_the_number_and_shows_an_example(self) -> None:
        with pytest.raises(ValueError, match=r".") as refused:
            parse_phone("abc", "CA")
        assert str(refused.value) == "phone 'abc' is not a phone number in CA; write it like +1 416 555 0123"

    def test_message_is_one_short_line(self) -> None:
        with pytest.raises(ValueError, match=r".") as refused:
            parse_phone("x\n" * 500, "CA")
        assert "\n" not in str(refused.value)
        assert len(str(refused.value)) < 160

    @given(st.text(max_size=30), st.sampled_from(["CA", "US"]))
    @settings(deadline=None)
    def test_any_text_is_a_number_or_refused(self, typed: str, country: str) -> None:
        found = outcome(lambda: parse_phone(typed, country).e164)
        assert found.startswith("phone ") or parse_phone(found, country) == Phone(found)

    @given(st.from_regex(r"[2-9][0-9]{2}555[0-9]{4}", fullmatch=True))
    @settings(deadline=None)
    def test_every_555_number_passes(self, digits: str) -> None:
        assert parse_phone(digits, "US") == Phone("+1" + digits)


class TestEmail:
    @pytest.mark.parametrize(
        ("typed", "normal"),
        [
            ("a@example.com", "a@example.com"),
            (" Jane.Doe+deals@Example.COM ", "Jane.Doe+deals@example.com"),
            ("jose\u0301@example.com", "josé@example.com"),
            ("a@B\u00dcCHER.example", "a@xn--bcher-kva.example"),
            ("a@xn--BCHER-kva.example", "a@xn--bcher-kva.example"),
            ("mailto:a@Example.com", "a@example.com"),
            ("a@test.local", "a@test.local"),
            ("a@Mail.LOCAL", "a@mail.local"),
            ("a@x.test", "a@x.test"),
            ("a@x.invalid", "a@x.invalid"),
            ("test@test.test", "test@test.test"),
            ("a@local.example.com", "a@local.example.com"),
        ],
    )
    def test_domain_is_lowercased_and_text_normalized(self, typed: str, normal: str) -> None:
        assert check_email(typed) == normal

    @promise(
        "Messages",
        "Phone numbers of sms and call drafts are kept as typed and in E.164, email addresses as typed and normalized.",
    )
    @pytest.mark.parametrize(
        "typed",
        [
            "", "abc", "a@", "@example.com", "a@b", "a b@example.com", "a..b@example.com", "a@-x.com",
            "a@.local", "a@x..local", "Bob <bob@example.com>", "a@example.com, b@example.com", "a@192.168.1.1",
            "a@localhost", "a@example.com\nBcc: b@example.com", "a\x00@example.com", "x" * 65 + "@example.com",
            "a@" + "x." * 130 + "local", "a" * 64 + "@" + ("x" * 60 + ".") * 3 + "x.invalid",
        ],
    )  # fmt: skip
    def test_invalid_addresses_are_refused(self, typed: str) -> None:
        with pytest.raises(ValueError, match=r"^email '.*' is not an email address: "):
            check_email(typed)

    @pytest.mark.parametrize("typed", ["a@test.local", "a@x.test", "a@x.invalid"])
    def test_private_domains_can_be_refused(self, typed: str) -> None:
        with pytest.raises(ValueError, match="special-use or reserved name"):
            check_email(typed, allow_private=False)
        assert check_email("a@example.com", allow_private=False) == "a@example.com"

    def test_message_names_the_reason(self) -> None:
        with pytest.raises(ValueError, match=r".") as refused:
            check_email("abc")
        assert str(refused.value) == "email 'abc' is not an email address: an email address must have an @-sign"

    def test_message_quotes_the_typed_address(self) -> None:
        with pytest.raises(ValueError, match=r"^email 'a b@mail\.local' is not an email address: "):
            check_email("a b@mail.local")

    @given(st.text(max_size=20), DOMAINS)
    @settings(deadline=None)
    def test_normal_form_is_stable(self, local: str, domain: str) -> None:
        normal = outcome(lambda: check_email(f"{local}@{domain}"))
        assert normal.startswith("email '") or check_email(normal) == normal

    @given(st.emails())
    @settings(deadline=None)
    def test_ordinary_addresses_are_accepted_or_refused_with_a_sentence(self, typed: str) -> None:
        normal = outcome(lambda: check_email(typed))
        assert normal.startswith("email '") or check_email(normal) == normal


_BEFORE = st.sampled_from(["", "+1", "1", "+1 ", "1-", "1.", "+", "(", " "])
_BETWEEN = st.sampled_from(["", " ", "-", ".", ")", ") "])
_AREA = st.one_of(st.integers(100, 999).map(str), st.sampled_from(["416", "604", "212", "900", "800", "710", "242"]))
_CENTRAL = st.one_of(st.integers(100, 999).map(str), st.just("555"))


@given(
    st.tuples(_BEFORE, _AREA, _BETWEEN, _CENTRAL, _BETWEEN, st.integers(0, 9999).map("{:04}".format)).map("".join),
    st.sampled_from(["CA", "US", "GB", "FR", "BS"]),
)
def test_plain_numbers_parse_like_the_library_does(typed: str, country: str) -> None:
    short = contact_details._parsed(typed, country)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contact_details, "_plain", lambda typed, country: None)
        assert short == contact_details._parsed(typed, country)


@pytest.mark.parametrize("library", ["phonenumbers", "email_validator"])
def test_libraries_are_loaded_on_first_use(library: str) -> None:
    code = f"import sys, backend.app.kit.contact_details; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
