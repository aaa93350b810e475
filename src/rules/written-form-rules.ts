import { quoted } from '../text/printable.js';
import { onlyIn, type Rule } from './rule.js';
import { fieldName, perField } from './subject-field.js';

const foreignLetter = () => /(?!\p{Script=Latin})\p{L}/u;

/** The letters and blanks a CA's form takes for the fields of the subject. */
export const writtenFormRules: readonly Rule[] = [
  {
    id: 'e_subject_not_latin',
    title: 'the subject is written in Latin letters',
    applies: 'a field of more than words in ASCII',
    source: 'NetLock request form',
    why: "The form's fields take Latin letters only.",
    hint: 'use the transcription from the company register',
    profiles: onlyIn('netlock'),
    *check(examined) {
      yield* perField(examined, (type, value) => {
        const letter = foreignLetter().exec(value);
        return letter === null ? undefined : `${fieldName(type)} ${quoted(value)} holds ${letter[0]}`;
      });
    },
  },
  {
    id: 'w_subject_accents',
    title: 'the subject has no accented letters',
    applies: 'a field of more than words in ASCII',
    source: 'NetLock request form',
    why: 'The form asks for plain Latin letters: accents were lost on their way through it.',
    hint: 'write the name without accents if the register knows it so',
    profiles: onlyIn('netlock'),
    *check(examined) {
      yield* perField(examined, (type, value) => {
        const letter = foreignLetter().test(value) ? null : /(?=\p{Script=Latin})[^A-Za-z]/u.exec(value);
        return letter === null ? undefined : `${fieldName(type)} ${quoted(value)} holds ${letter[0]}`;
      });
    },
  },
  {
    id: 'w_subject_spaces',
    title: 'the subject fields have no spaces',
    applies: 'a subject',
    source: 'NetLock request form',
    why: 'The form asks for values without spaces. A company name of two words is taken in practice, and checked by a person.',
    hint: 'nothing needs to be done if the register writes it so',
    profiles: onlyIn('netlock'),
    *check(examined) {
      yield* perField(examined, (type, value) =>
        /\S \S/.test(value) && !/^\s|\s$|\s{2}/.test(value)
          ? `${fieldName(type)} ${quoted(value)} holds a space`
          : undefined,
      );
    },
  },
];
